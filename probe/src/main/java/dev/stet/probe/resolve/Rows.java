package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.ArrayList;
import java.util.List;

/// Values in a row: arrays, and what has an address and a length.
final class Rows {
    /// Items of a row that say themselves what they are.
    private static final int MAX_ITEMS = 16;

    /// Items of a row that lead elsewhere, such as strings; half of them in a row in a row.
    private static final int MAX_FAR_ITEMS = 4;

    /// Items that a program can have.
    private static final long MAX_LENGTH = 1L << 40;

    private final Shaper shaper;
    private final Takes takes;
    private final Probe.Limits limits;
    private int rows;

    Rows(Shaper shaper, Takes takes, Probe.Limits limits) {
        this.shaper = shaper;
        this.takes = takes;
        this.limits = limits;
    }

    /// How long so many items are, in bytes; a length that no take accepts if they are more than there can
    /// be.
    static Word bytes(Word count, long itemBytes) {
        return itemBytes == 1
                ? count
                : new Word.Choice(
                        count.calculate(Operator.LESS_UNSIGNED, Word.of(MAX_LENGTH)),
                        count.calculate(Operator.MULTIPLY, Word.of(itemBytes)),
                        Word.of(-1));
    }

    private int taken(Type element) {
        int far = Math.max(1, MAX_FAR_ITEMS >> rows);
        return switch (TypeReader.bare(element)) {
            case Type.Base _, Type.Enumeration _ -> MAX_ITEMS;
            case Type.Pointer pointer -> TypeReader.isCharacter(pointer.target()) ? far : MAX_ITEMS;
            case Type.Composite _, Type.Variants _, Type.Array _, Type.Alias _, Type.Callable _ -> far;
            case Type.Nothing _, Type.Opaque _ -> 0;
        };
    }

    /// What is elsewhere.
    ///
    /// @param bytes its length
    Shape elsewhere(Word address, Word bytes, Type element, int depth) {
        Type bare = TypeReader.bare(element);
        if (!takes.hasRoom(1)) {
            return Shaper.TOO_MUCH;
        }
        if (TypeReader.isPlainCharacter(bare)) {
            return new Shape.Text(takes.add(new Take.Block(address, bytes, limits.textBytes())));
        }
        if (TypeReader.isByte(bare)) {
            return new Shape.Bytes(takes.add(new Take.Block(address, bytes, limits.textBytes())));
        }
        long each = element.size();
        if (each <= 0 || each > MemorySource.MAX_IMAGE) {
            return new Shape.Withheld("items of " + (each > 0 ? each + " bytes" : "unknown size"));
        }
        int count = (int) Math.min(taken(element), MemorySource.MAX_IMAGE / each);
        int max = (int) Math.max(1, count * each);
        int take = takes.add(new Take.Block(address, bytes, max));
        List<Shape> items = new ArrayList<>();
        rows++;
        for (int i = 0; i < count; i++) {
            Source item = MemorySource.within(takes, take, max, i * each, address.plus(i * each));
            items.add(shaper.shape(element, item, depth));
        }
        rows--;
        return new Shape.Items(items, new Shape.Count.Filling(take, (int) each));
    }

    /// An array is where it is.
    Shape array(Type.Array array, Source source, int depth) {
        Type element = TypeReader.read(array.element());
        Type bare = TypeReader.bare(element);
        long each = element.size();
        if (array.count() < 0) {
            return new Shape.Withheld("of unknown length");
        }
        if (array.count() > 0 && (TypeReader.isPlainCharacter(bare) || TypeReader.isByte(bare))) {
            return source.run(array.count())
                    .<Shape>map(run -> TypeReader.isByte(bare)
                            ? new Shape.BytesIn(run.take(), run.offset(), run.size(), array.count())
                            : new Shape.TextIn(run.take(), run.offset(), run.size(), array.count()))
                    .orElseGet(() -> new Shape.Missing(source.absence()));
        }
        List<Shape> items = new ArrayList<>();
        for (int i = 0; each > 0 && each < MAX_LENGTH && i < Math.min(array.count(), taken(element)); i++) {
            items.add(shaper.shape(element, source.from(i * each), depth));
        }
        return new Shape.Items(items, new Shape.Count.Fixed(array.count()));
    }
}
