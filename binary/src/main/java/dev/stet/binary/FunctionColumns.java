package dev.stet.binary;

import java.util.Arrays;

/// The numbers of a table of functions, packed: 12 bytes for each, 14 if symbols have versions.
///
/// @param count how many
/// @param starts virtual addresses, less the lowest one of code; unsigned
/// @param traits size in bytes, in the lower [#SIZE_BITS], and flags
/// @param nameAt positions of names; unsigned
/// @param versions of symbols; empty if none has one
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record FunctionColumns(int count, int[] starts, int[] traits, int[] nameAt, char[] versions) {
    static final int SIZE_BITS = 29;

    /// Half a gigabyte. A function that is said to be longer is left out.
    static final int MAX_SIZE = (1 << SIZE_BITS) - 1;

    /// Set if the binary does not say how long it is.
    static final int SIZE_GUESSED = 1 << 31;

    private static final int KIND_MASK = 3;
    private static final int RESOLVER = 1;
    private static final int LABEL = 2;

    static int traits(FunctionKind kind, int size) {
        int bits = switch (kind) {
            case FUNCTION -> 0;
            case RESOLVER -> RESOLVER;
            case LABEL -> LABEL;
        };
        return (bits << SIZE_BITS) | size;
    }

    long start(int i) {
        return Integer.toUnsignedLong(starts[i]);
    }

    int size(int i) {
        return traits[i] & MAX_SIZE;
    }

    boolean isSizeGuessed(int i) {
        return (traits[i] & SIZE_GUESSED) != 0;
    }

    FunctionKind kind(int i) {
        return switch ((traits[i] >>> SIZE_BITS) & KIND_MASK) {
            case RESOLVER -> FunctionKind.RESOLVER;
            case LABEL -> FunctionKind.LABEL;
            default -> FunctionKind.FUNCTION;
        };
    }

    int version(int i) {
        return versions.length == 0 ? 0 : versions[i];
    }

    void complete(int i, int size) {
        traits[i] = (traits[i] & ~MAX_SIZE) | SIZE_GUESSED | size;
    }

    /// Moves a function to a lower place, which is lost.
    void move(int from, int to) {
        starts[to] = starts[from];
        traits[to] = traits[from];
        nameAt[to] = nameAt[from];
        if (versions.length > 0) {
            versions[to] = versions[from];
        }
    }

    FunctionColumns first(int kept) {
        if (kept == count) {
            return this;
        }
        return new FunctionColumns(
                kept,
                Arrays.copyOf(starts, kept),
                Arrays.copyOf(traits, kept),
                Arrays.copyOf(nameAt, kept),
                versions.length == 0 ? versions : Arrays.copyOf(versions, kept));
    }
}
