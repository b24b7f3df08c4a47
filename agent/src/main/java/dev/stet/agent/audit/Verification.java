package dev.stet.agent.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What came of checking a log.
///
/// @param files that were read, in their order
/// @param records that are what was written
/// @param last the last of them
/// @param findings the first ones, in their order
/// @param problems how many there are that mean something is wrong
public record Verification(
        List<Path> files, long records, Optional<AuditRecord> last, List<Finding> findings, long problems) {
    public Verification {
        files = List.copyOf(files);
        findings = List.copyOf(findings);
    }

    /// Is the log what was written, as far as it can tell itself?
    public boolean isWhole() {
        return problems == 0;
    }

    /// The first place that does not fit.
    public Optional<Finding> firstProblem() {
        return findings.stream().filter(finding -> finding.kind().isProblem()).findFirst();
    }
}
