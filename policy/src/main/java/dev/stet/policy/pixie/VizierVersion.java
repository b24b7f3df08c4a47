package dev.stet.policy.pixie;

import dev.stet.policy.VersionRange;

/// A version of Vizier, which is what of Pixie runs on a cluster.
///
/// @param text `v0.14.11` or `0.14.11`, also with `-pre...` behind it
public record VizierVersion(String text) {
    /// The first that has the flag: release/vizier/v0.14.10 of Pixie's repository does not, v0.14.11 does.
    public static final String FIRST = "v0.14.11";

    private static final VersionRange ANY = VersionRange.parse(">=0.0.0-0");
    private static final VersionRange WITH_FLAG = VersionRange.parse(">=" + FIRST);

    /// @throws IllegalArgumentException if it is no version
    public VizierVersion {
        if (!text.matches("v?[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?")
                || text.length() > 100
                || !ANY.contains(text)) {
            throw new IllegalArgumentException("use a version of Vizier such as " + FIRST);
        }
    }

    /// Does it have the flag? Of what came before the release of v0.14.11, such as v0.14.11-pre-main.0, nobody
    /// knows.
    public boolean hasFlag() {
        return WITH_FLAG.contains(text);
    }
}
