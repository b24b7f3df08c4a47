package dev.stet.agent.suggest;

import dev.stet.facts.BuildId;
import java.util.Optional;
import java.util.OptionalInt;

/// What a source says of which program it was; each of it may be wrong, and most is missing.
///
/// @param label what it is called where nothing better is known
/// @param exe its path, as the process saw it
/// @param name of its file or its main thread; of 15 characters or more perhaps only the beginning
/// @param pid of the process that ended
/// @param container 64 hex digits: one that runs the program now
public record Clue(
        String label,
        Optional<BuildId> build,
        Optional<String> exe,
        Optional<String> name,
        OptionalInt pid,
        Optional<String> container) {
    /// Of which only a label is known.
    static Clue of(String label) {
        return new Clue(
                label, Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());
    }

    Clue withBuild(Optional<BuildId> more) {
        return new Clue(label, more, exe, name, pid, container);
    }

    Clue withExe(Optional<String> more) {
        return new Clue(label, build, more.filter(path -> path.startsWith("/")), name, pid, container);
    }

    Clue withName(Optional<String> more) {
        return new Clue(label, build, exe, more.filter(text -> !text.isEmpty()), pid, container);
    }

    Clue withPid(OptionalInt more) {
        return new Clue(label, build, exe, name, more, container);
    }

    Clue withContainer(Optional<String> more) {
        return new Clue(label, build, exe, name, pid, more);
    }
}
