package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.Optional;

/// A value in memory. A number is taken as a word; of a larger value its image is taken once, when the first
/// of its bytes are asked for.
final class MemorySource implements Source {
    /// Of an image, in bytes.
    static final int MAX_IMAGE = 1024;

    /// A part of the target's memory that is, or will be, in the record as one block.
    private static final class Image {
        private final Word address;
        private final long size;
        private int take = -1;

        Image(Word address, long size) {
            this.address = address;
            this.size = size;
        }

        int take(Takes takes) {
            if (take < 0) {
                take = takes.add(new Take.Block(address, Word.of(size), (int) size));
            }
            return take;
        }
    }

    private final Takes takes;
    private final Image image;
    private final long offset;
    private final Word address;

    private MemorySource(Takes takes, Image image, long offset, Word address) {
        this.takes = takes;
        this.image = image;
        this.offset = offset;
        this.address = address;
    }

    /// @param size of the value, in bytes; 0 or less if it is not known
    static MemorySource of(Takes takes, Word address, long size) {
        return new MemorySource(takes, new Image(address, Math.clamp(size, 0, MAX_IMAGE)), 0, address);
    }

    /// An item of what is in the record as a block.
    ///
    /// @param take the block
    /// @param size the block's, in bytes
    static MemorySource within(Takes takes, int take, long size, long offset, Word address) {
        Image image = new Image(address, size);
        image.take = take;
        return new MemorySource(takes, image, offset, address);
    }

    @Override
    public Optional<Shape.Bits> bits(long at, int size) {
        long end = offset + at + size;
        boolean alone = image.take < 0 && image.size <= 8 && isLoadable(size);
        if (alone && takes.hasRoom()) {
            int number = takes.add(new Take.Number(address.plus(at).load(size, false)));
            return Optional.of(new Shape.Bits(number, 0, size));
        }
        return end <= image.size && size > 0 && (image.take >= 0 || takes.hasRoom())
                ? Optional.of(new Shape.Bits(image.take(takes), (int) (offset + at), size))
                : Optional.empty();
    }

    private static boolean isLoadable(int size) {
        return size == 1 || size == 2 || size == 4 || size == 8;
    }

    @Override
    public Optional<Word> word(long at, int size) {
        return Optional.of(address.plus(at).load(size, false));
    }

    @Override
    public MemorySource from(long at) {
        return new MemorySource(takes, image, offset + at, address.plus(at));
    }

    @Override
    public Optional<Word> address() {
        return Optional.of(address);
    }

    @Override
    public Optional<Run> run(long size) {
        long there = Math.min(image.size - offset, size);
        return there > 0 && offset >= 0 && (image.take >= 0 || takes.hasRoom())
                ? Optional.of(new Run(image.take(takes), (int) offset, (int) there))
                : Optional.empty();
    }

    @Override
    public String absence() {
        return "beyond the first " + image.size + " bytes";
    }
}
