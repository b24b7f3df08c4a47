package dev.stet.agent.audit;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// What is to be written down.
///
/// @param what in one word: `verdict`, `rule-changed`
/// @param why for a person
/// @param rule the exemption's name that it is about
/// @param file one whose owner and SHA-256 belong into the record, as they are when it is written
/// @param details more, for machines
public record AuditEntry(
        Instant time, String what, String why, Optional<String> rule, Optional<Path> file, JsonText details) {}
