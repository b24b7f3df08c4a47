package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// An edit changes what it should and not one character more.
class ExemptionTextTest {
    private static final String A = """
            # The proxy's team.
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: a}   # one
            spec:
              reason: "fibers"
              owner: 'm@example.com'  # who

              # until then
              expires: "2027-03-31" # soon
              match:
                comm: x
            """;
    private static final String B = """
            ---
            # second
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata:
                name: b
            spec:
                owner: me  # mine
                reason: >-
                    long
                    text
                for: 72h
                match: {comm: y}
            """;
    private static final String C = """
            ---
            {"apiVersion": "stet.dev/v1alpha1", "kind": "ProbeExemption", "metadata": {"name": "c"},
             "spec": {"reason": "r", "owner": "o", "match": {"comm": "z"}}}
            """;

    private static String expired(String text, String name) {
        return edited(ExemptionText.expire(text, name, "2099-01-02"));
    }

    private static String edited(ExemptionText.Result result) {
        assertThat(result).isInstanceOf(ExemptionText.Result.Edited.class);
        return ((ExemptionText.Result.Edited) result).text();
    }

    @Test
    void endsAreReplacedWhereTheyStand() {
        String all = A + B + C;
        assertThat(expired(all, "a")).isEqualTo(all.replace("2027-03-31", "2099-01-02"));
        assertThat(expired(all, "b")).isEqualTo(all.replace("for: 72h", "expires: 2099-01-02"));
        assertThat(expired(all, "c"))
                .isEqualTo(all.replace("\"owner\": \"o\"", "\"owner\": \"o\", \"expires\": \"2099-01-02\""));
    }

    @Test
    void anEndIsAddedBehindWhoOwnsIt() {
        String text = B.replace("    for: 72h\n", "");
        assertThat(expired(text, "b")).isEqualTo(text.replace("# mine\n", "# mine\n    expires: 2099-01-02\n"));
    }

    @Test
    void windowsLinesMarkAndMissingLastNewlineStay() {
        String text = "\uFEFF" + A.replace("\n", "\r\n").stripTrailing();
        assertThat(expired(text, "a")).isEqualTo(text.replace("2027-03-31", "2099-01-02"));
        String without = text.replace("  expires: \"2027-03-31\" # soon\r\n", "");
        assertThat(expired(without, "a")).isEqualTo(without.replace("# who\r\n", "# who\r\n  expires: 2099-01-02\r\n"));
    }

    @Test
    void charactersBeyondTheFirstPlaneDoNotShiftPlaces() {
        String text = A.replace("fibers", "\ud83d\ude00 fibers");
        assertThat(expired(text, "a")).isEqualTo(text.replace("2027-03-31", "2099-01-02"));
    }

    @Test
    void aDocumentIsTakenOutAndTheOthersStay() {
        assertThat(edited(ExemptionText.remove(A + B + C, "a"))).isEqualTo(B + C);
        assertThat(edited(ExemptionText.remove(A + B + C, "b"))).isEqualTo(A + C);
        assertThat(edited(ExemptionText.remove(A + B + C, "c"))).isEqualTo(A + B);
        assertThat(edited(ExemptionText.remove(A, "a"))).isEmpty();
        assertThat(edited(ExemptionText.remove("# of the file\n\n" + A + B, "a")))
                .isEqualTo("# of the file\n\n" + B);
        assertThat(edited(ExemptionText.remove(A + B + "\n# about c\n" + C, "b")))
                .isEqualTo(A + "# about c\n" + C);
    }

    @Test
    void whatIsNotSafeIsRefused() {
        String folded = A.replace("expires: \"2027-03-31\" # soon", "expires: >-\n    2027-03-31");
        assertThat(ExemptionText.expire(folded, "a", "2099-01-02")).isInstanceOf(ExemptionText.Result.Refused.class);
        String anchored = A.replace("comm: x", "comm: &x x");
        assertThat(ExemptionText.expire(anchored, "a", "2099-01-02")).isInstanceOf(ExemptionText.Result.Refused.class);
        String tabs = A.replace("  expires", "\texpires");
        assertThat(ExemptionText.expire(tabs, "a", "2099-01-02")).isInstanceOf(ExemptionText.Result.Refused.class);
        assertThat(ExemptionText.remove(A + "...\n" + B, "a")).isInstanceOf(ExemptionText.Result.Refused.class);
        assertThat(ExemptionText.remove(A, "b")).isInstanceOf(ExemptionText.Result.Refused.class);
    }
}
