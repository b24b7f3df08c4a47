package dev.stet.agent.audit;

import java.nio.file.Path;

/// A place in a log about which there is something to say.
///
/// @param line 1-based
/// @param seq of the record there; 0 if it is none
/// @param text what is there, and what it means
public record Finding(Kind kind, Path file, long line, long seq, String text) {
    /// What it is.
    public enum Kind {
        /// A line is not what was written.
        CHANGED(true),
        /// Records that were written are not there.
        MISSING(true),
        /// A record that was there already, or belongs to an earlier place.
        MOVED(true),
        /// Lines that Stet did not write.
        FOREIGN(true),
        /// The last records that were written are not there.
        END_REMOVED(true),
        /// The file that names the last record is not there, or names another one.
        ANCHOR(true),
        /// A crash cut a line short, and Stet has noted it.
        TORN(false),
        /// The last line is not whole: it is being written, or a crash cut it short.
        UNFINISHED(false),
        /// Records found no room, and Stet has noted how many.
        LOST(false);

        private final boolean problem;

        Kind(boolean problem) {
            this.problem = problem;
        }

        /// Does it mean that the log is not what was written?
        public boolean isProblem() {
            return problem;
        }
    }

    /// `audit.log:12: record 12: ...`
    @Override
    public String toString() {
        return file + ":" + line + ": " + (seq > 0 ? "record " + seq + ": " : "") + text;
    }
}
