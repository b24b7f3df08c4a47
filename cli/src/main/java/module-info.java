/// The command line: options in, text or JSON lines out.
module dev.stet.cli {
    requires dev.stet.agent;
    requires dev.stet.service;
    requires info.picocli;
    requires jdk.httpserver;

    opens dev.stet.cli to
            info.picocli;
}
