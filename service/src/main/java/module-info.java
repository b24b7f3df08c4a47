/// The agent as a service: its API, what it keeps, whom it tells, and its configuration.
module dev.stet.service {
    requires transitive dev.stet.agent;
    requires java.logging;
    requires java.sql;
    requires jdk.net;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.unixdomain.server;
    requires org.xerial.sqlitejdbc;

    exports dev.stet.service;
    exports dev.stet.service.client;
    exports dev.stet.service.config;
    exports dev.stet.service.http;
    exports dev.stet.service.node;
    exports dev.stet.service.store;
    exports dev.stet.service.telemetry;
}
