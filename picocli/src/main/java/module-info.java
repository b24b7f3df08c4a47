/// picocli as its authors wrote it: see the pom.
module info.picocli {
    requires static java.sql;

    exports picocli;
}
