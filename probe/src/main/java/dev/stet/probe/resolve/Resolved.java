package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;

/// A probe made definite for one function: names are places now, types are shapes.
///
/// @param atEntry what is taken when the function is called
/// @param atReturn what is taken when it returns
/// @param saved words that are computed at the entry and kept for the end: [Word.Saved] numbers them
/// @param entryFilter take only calls for which this is not 0
/// @param exitFilter report only calls for which this is not 0 at the end; may use [Word.Saved] and
///     [Word.Latency]
public record Resolved(
        List<Shown> atEntry,
        List<Shown> atReturn,
        List<Word> saved,
        Optional<Word> entryFilter,
        Optional<Word> exitFilter) {
    public Resolved {
        atEntry = List.copyOf(atEntry);
        atReturn = List.copyOf(atReturn);
        saved = List.copyOf(saved);
    }
}
