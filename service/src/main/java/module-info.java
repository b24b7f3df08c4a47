/// The agent as a service: its API, what it keeps, whom it tells, and its configuration.
module dev.stet.service {
    requires transitive dev.stet.agent;
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.opentelemetry.sdk;
    requires io.opentelemetry.sdk.autoconfigure;
    requires io.opentelemetry.sdk.autoconfigure.spi;
    requires io.opentelemetry.sdk.common;
    requires io.opentelemetry.sdk.logs;
    requires io.opentelemetry.sdk.trace;
    requires java.logging;
    requires java.net.http; // the SDK sends by it, and names no module
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
    exports dev.stet.service.otlp;
    exports dev.stet.service.store;
    exports dev.stet.service.telemetry;
}
