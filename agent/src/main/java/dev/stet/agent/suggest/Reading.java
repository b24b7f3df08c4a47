package dev.stet.agent.suggest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What was read of one source, or of several.
public record Reading(List<Finding> findings, List<Refusal> refusals) {
    public static final Reading NONE = new Reading(List.of(), List.of());

    /// Findings of one source; on a machine where more ends badly one proposal more or less is not the trouble.
    static final int MAX_FINDINGS = 4000;
    /// Refusals of one source that are told one by one.
    private static final int MAX_REFUSALS = 5;

    public Reading {
        findings = List.copyOf(findings);
        refusals = List.copyOf(refusals);
    }

    /// Nothing of it could be used.
    public static Reading refused(String place, String reason) {
        return new Reading(List.of(), List.of(new Refusal(place, reason)));
    }

    public Reading plus(Reading other) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(other.findings);
        List<Refusal> none = new ArrayList<>(refusals);
        none.addAll(other.refusals);
        return new Reading(all, none);
    }

    /// What comes together, of one source.
    static final class Gathered {
        private final String place;
        private final List<Finding> findings = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();
        private int more;

        Gathered(String place) {
            this.place = place;
        }

        /// @return true if there is no room for another
        boolean add(Finding finding) {
            if (findings.size() == MAX_FINDINGS) {
                refusals.add(new Refusal(place, "more than " + MAX_FINDINGS + " findings; the rest is left out"));
                return true;
            }
            findings.add(finding);
            return false;
        }

        void refuse(String where, String reason) {
            if (refusals.size() < MAX_REFUSALS) {
                refusals.add(new Refusal(where, reason));
            } else {
                more++;
            }
        }

        Reading reading() {
            if (more > 0) {
                refusals.add(new Refusal(place, more + " more of it could not be read"));
            }
            return new Reading(findings, refusals);
        }
    }

    /// The lines of a text, each with its number, until one says that it is enough.
    static void lines(byte[] bytes, LineReader reader) {
        int number = 0;
        int from = 0;
        while (from < bytes.length) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            number++;
            if (reader.read(bytes, from, to, number)) {
                return;
            }
            from = to + 1;
        }
    }

    interface LineReader {
        /// @param number 1-based
        /// @return true if no more are wanted
        boolean read(byte[] bytes, int from, int to, int number);
    }

    /// Reads with a function that has one way to fail.
    static Reading attempt(String place, byte[] bytes, Attempt attempt) {
        try {
            return attempt.read(bytes);
        } catch (MalformedEvidenceException e) {
            return refused(place, e.getMessage());
        }
    }

    interface Attempt {
        Reading read(byte[] bytes) throws MalformedEvidenceException;
    }

    /// The same with other findings.
    Reading map(Function<Finding, Finding> change) {
        return new Reading(findings.stream().map(change).toList(), refusals);
    }
}
