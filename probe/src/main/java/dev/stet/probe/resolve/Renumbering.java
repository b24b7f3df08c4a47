package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Leaves out words that were kept for nothing, such as a slice's capacity, and numbers the others anew.
final class Renumbering {
    private final List<Integer> used;

    private Renumbering(List<Integer> used) {
        this.used = used;
    }

    static Resolved of(Resolved resolved) {
        TreeSet<Integer> used = new TreeSet<>();
        resolved.atReturn().stream()
                .flatMap(shown -> shown.takes().stream())
                .flatMap(take -> words(take).stream())
                .forEach(it -> collect(it, used));
        resolved.exitFilter().ifPresent(it -> collect(it, used));
        if (used.size() == resolved.saved().size()) {
            return resolved;
        }
        Renumbering renumbering = new Renumbering(new ArrayList<>(used));
        return new Resolved(
                resolved.atEntry(),
                resolved.atReturn().stream().map(renumbering::shown).toList(),
                used.stream().map(resolved.saved()::get).toList(),
                resolved.entryFilter(),
                resolved.exitFilter().map(renumbering::word));
    }

    private static List<Word> words(Take take) {
        return switch (take) {
            case Take.Number(var word) -> List.of(word);
            case Take.Text(var address, int max) -> List.of(address);
            case Take.Block(var address, var length, int max) -> List.of(address, length);
            case Take.Stack _ -> List.of();
        };
    }

    private static void collect(Word word, Set<Integer> into) {
        if (word instanceof Word.Saved(int index)) {
            into.add(index);
        }
        word.parts().forEach(it -> collect(it, into));
    }

    private Shown shown(Shown shown) {
        return new Shown(shown.name(), shown.takes().stream().map(this::take).toList(), shown.shape());
    }

    private Take take(Take take) {
        return switch (take) {
            case Take.Number(var word) -> new Take.Number(word(word));
            case Take.Text(var address, int max) -> new Take.Text(word(address), max);
            case Take.Block(var address, var length, int max) -> new Take.Block(word(address), word(length), max);
            case Take.Stack _ -> take;
        };
    }

    private Word word(Word word) {
        return switch (word) {
            case Word.Saved(int index) -> new Word.Saved(used.indexOf(index));
            case Word.Load(var address, int bytes, boolean signed) -> new Word.Load(word(address), bytes, signed);
            case Word.Calculation(var operator, var left, var right) ->
                new Word.Calculation(operator, word(left), word(right));
            case Word.Both(var left, var right) -> new Word.Both(word(left), word(right));
            case Word.Either(var left, var right) -> new Word.Either(word(left), word(right));
            case Word.Choice(var condition, var then, var otherwise) ->
                new Word.Choice(word(condition), word(then), word(otherwise));
            case Word.Constant _, Word.Register _, Word.Latency _, Word.ProcessId _, Word.ThreadId _, Word.Cookie _ ->
                word;
        };
    }
}
