/// The audit log: what was changed, by whom, when and why, in lines that hang together by their hashes.
///
/// A line is one record, a JSON object: `seq`, `time`, `who`, `what`, `why`, `rule`, `details`, `prev`, `hash`.
/// `hash` is the SHA-256 of the line's bytes up to the comma before `"hash"`; `prev` is that of the record
/// before, 64 zeros for the first. [dev.stet.agent.audit.AuditFile] writes, [dev.stet.agent.audit.AuditLog] does
/// that for an agent without ever stopping it, [dev.stet.agent.audit.AuditVerifier] checks.
package dev.stet.agent.audit;
