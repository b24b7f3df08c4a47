/// Untrusted bytes to facts: what Stet reads from executables that nobody vouches for. Opens nothing itself.
module dev.stet.binary {
    requires transitive dev.stet.facts;
    requires org.tukaani.xz;

    exports dev.stet.binary;
}
