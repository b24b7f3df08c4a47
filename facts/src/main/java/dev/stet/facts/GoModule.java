package dev.stet.facts;

/// A module that a Go program is built of.
///
/// @param path `github.com/cloudamqp/amqproxy`
/// @param version `v1.4.2`, `(devel)`; empty if the build did not say
/// @param main the program's own, rather than one that it uses
public record GoModule(String path, String version, boolean main) {}
