package dev.stet.facts;

import java.util.List;

/// What a policy may ask about one process, read at one moment. An exec makes another moment.
///
/// @param identity which process
/// @param parentPid the parent's pid; 0 if it has none that is visible
/// @param kernelThread it runs no program at all
/// @param exe the executable's path as the target sees it, without the kernel's ` (deleted)`; absent for a
///     kernel thread
/// @param comm the main thread's name, at most 15 bytes, set by the target at will
/// @param args its arguments, the program's name first; text of the target's choosing
/// @param uid its real user ID
/// @param buildId the executable's build ID; read only if a policy asks for it, else absent
public record ProcessFacts(
        ProcessIdentity identity,
        int parentPid,
        boolean kernelThread,
        Fact<String> exe,
        Fact<String> comm,
        Fact<List<String>> args,
        Fact<Integer> uid,
        Fact<BuildId> buildId) {

    /// The same process with its build ID known, absent or unreadable.
    public ProcessFacts withBuildId(Fact<BuildId> found) {
        return new ProcessFacts(identity, parentPid, kernelThread, exe, comm, args, uid, found);
    }
}
