package dev.stet.policy.pixie;

import java.util.Optional;

/// What Pixie's list does not say of its names, and an exemption has to.
///
/// @param reason why they are exempt
/// @param owner who answers for it
/// @param ticket where it is discussed
/// @param expires when it ends, as documents write it: `2027-03-31`
public record Origin(String reason, String owner, Optional<String> ticket, Optional<String> expires) {
    /// What stands where somebody has to say something; `stet policy lint` points at it.
    public static final String TODO = "TODO";

    /// Nobody said anything.
    public static final Origin UNKNOWN = new Origin(
            TODO + ": say why; Pixie's list of names gave no reason", TODO, Optional.empty(), Optional.empty());
}
