package dev.stet.agent;

import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A directory of one's own packs: files as in a [PolicyDirectory].
///
/// @param path the directory; must exist
public record PackDirectory(Path path) {
    /// What came of reading them: all of them, or nothing.
    public sealed interface Result {
        /// Every document is right.
        ///
        /// @param packs in the order of the files' names; may be empty
        record Valid(List<Pack> packs) implements Result {
            public Valid {
                packs = List.copyOf(packs);
            }
        }

        /// Something is wrong, so nothing of it may be applied.
        ///
        /// @param problems all of them, by file and place; never empty
        record Invalid(List<Problem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Reads all its files. Two packs of one name are a problem.
    public Result read() {
        Problems problems = new Problems();
        if (!Files.isDirectory(path)) {
            String what = Files.exists(path) ? "is not a directory" : "there is no such directory";
            return new Result.Invalid(List.of(new Problem(path.toString(), 1, 1, "", what)));
        }
        List<SourceText> texts = new ArrayList<>();
        List<Problem> unreadable = new ArrayList<>();
        new PolicyDirectory(path, false).collect(texts, unreadable);
        problems.addAll(unreadable);
        List<Pack> packs = PackReader.read(texts, problems);
        return problems.isEmpty() ? new Result.Valid(packs) : new Result.Invalid(problems.list());
    }

    /// What is in force when these are used beside others: one of these replaces one of the same name, in its
    /// place, and the rest follow.
    ///
    /// @param builtIn each name once
    /// @param own each name once
    public static List<Pack> together(List<Pack> builtIn, List<Pack> own) {
        Map<String, Pack> byName = new LinkedHashMap<>();
        builtIn.forEach(pack -> byName.put(pack.name(), pack));
        own.forEach(pack -> byName.put(pack.name(), pack));
        return List.copyOf(byName.values());
    }
}
