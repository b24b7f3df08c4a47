package dev.stet.agent.guardian;

import dev.stet.facts.ProcessIdentity;
import java.util.List;

/// What is kept in mind about something that has a budget: a process, or the whole machine.
///
/// @param of a process as people know it, or `this machine`
/// @param limit hits a second that its budget allows
/// @param over how often in a row it has been seen to be over it
/// @param calm how often in a row it has been seen with room to spare
/// @param rests functions that are not probed for the time being, or were not a while ago
public record Account(String of, long limit, int over, int calm, List<Rest> rests) {
    /// @param perSecond how often it was hit when it was taken away
    /// @param until when it may be tried again, in milliseconds of the machine's uptime; once it is, until when it
    ///     is remembered
    /// @param times how often in a row it was taken away
    /// @param resting false once it is probed again
    public record Rest(
            ProcessIdentity process, String function, long perSecond, long until, int times, boolean resting) {
        /// In place of a function: all of the process's.
        public static final String ALL = "*";

        boolean isOf(ProcessIdentity other, String name) {
            return process.equals(other) && function.equals(name);
        }
    }

    public Account {
        rests = List.copyOf(rests);
    }

    /// Nothing has happened yet.
    public static Account of(String of, long limit) {
        return new Account(of, limit, 0, 0, List.of());
    }

    /// The same with another budget: the policy may have changed.
    public Account within(long next) {
        return next == limit ? this : new Account(of, next, over, calm, rests);
    }
}
