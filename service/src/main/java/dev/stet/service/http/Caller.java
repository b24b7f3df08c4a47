package dev.stet.service.http;

/// Who asks.
///
/// @param who for the audit log and for limits: `user:anna`, `token:dashboard`
public record Caller(String who, Scope scope) {}
