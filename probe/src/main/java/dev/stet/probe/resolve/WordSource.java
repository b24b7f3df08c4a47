package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;

/// A value in registers, or one that was computed.
record WordSource(Takes takes, List<Place.Part> parts, long offset) implements Source {
    WordSource {
        parts = List.copyOf(parts);
    }

    private Optional<Place.Part> part(long at, int size) {
        long begin = offset + at;
        return parts.stream()
                .filter(it -> begin >= it.offset() && begin - it.offset() + size <= it.size())
                .findFirst();
    }

    @Override
    public Optional<Shape.Bits> bits(long at, int size) {
        Optional<Place.Part> part = part(at, size);
        if (part.isEmpty() || !takes.hasRoom()) {
            return Optional.empty();
        }
        int take = takes.add(new Take.Number(part.get().word()));
        return Optional.of(new Shape.Bits(take, (int) (offset + at - part.get().offset()), size));
    }

    @Override
    public Optional<Word> word(long at, int size) {
        return part(at, size).map(it -> {
            long shift = 8 * (offset + at - it.offset());
            Word low = shift == 0 ? it.word() : it.word().calculate(Word.Operator.SHIFT_RIGHT_UNSIGNED, Word.of(shift));
            return size == 8 ? low : low.calculate(Word.Operator.AND, Word.of((1L << (8 * size)) - 1));
        });
    }

    @Override
    public WordSource from(long at) {
        return new WordSource(takes, parts, offset + at);
    }

    @Override
    public Optional<Run> run(long size) {
        return part(0, 1)
                .map(it -> (int) Math.min(size, it.size() - (offset - it.offset())))
                .flatMap(there -> bits(0, there).map(it -> new Run(it.take(), it.offset(), there)));
    }

    @Override
    public Optional<Word> address() {
        return Optional.empty();
    }

    @Override
    public String absence() {
        return "in no register";
    }
}
