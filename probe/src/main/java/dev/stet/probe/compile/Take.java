package dev.stet.probe.compile;

/// One thing that a program puts into its record of a call. Each can fail by itself: then its bit in the
/// record says so, and the rest is there all the same.
///
/// In the record, which is little-endian and where each begins at a multiple of 8 bytes:
///
/// ```
/// Number  u64 word
/// Text    s64 bytes read, the NUL included, then u8[max]
/// Block   s64 bytes read, u64 full length, then u8[max]
/// Stack   s64 bytes written, then u64[frames] return addresses, the innermost first
/// ```
public sealed interface Take {
    /// Text that anybody may take of one value, in bytes: more would not fit into a record with others.
    int MAX_BYTES = 16 << 10;

    /// A word.
    record Number(Word word) implements Take {}

    /// What is at an address up to its NUL.
    ///
    /// @param max bytes at most, the NUL included: 1 to [#MAX_BYTES]
    record Text(Word address, int max) implements Take {
        public Text {
            checkMax(max);
        }
    }

    /// So many bytes at an address. A negative length fails; of a length above `max` the beginning is taken.
    ///
    /// @param max bytes at most: 1 to [#MAX_BYTES]
    record Block(Word address, Word length, int max) implements Take {
        public Block {
            checkMax(max);
        }
    }

    /// Return addresses of the thread's callers, found by frame pointers.
    ///
    /// @param frames at most, 1 to 127
    record Stack(int frames) implements Take {}

    private static void checkMax(int max) {
        if (max < 1 || max > MAX_BYTES) {
            throw new IllegalArgumentException("take " + max + " bytes");
        }
    }

    /// Room in a record, in bytes: a multiple of 8.
    default int bytes() {
        return switch (this) {
            case Number _ -> 8;
            case Text text -> 8 + padded(text.max);
            case Block block -> 16 + padded(block.max);
            case Stack stack -> 8 + 8 * stack.frames;
        };
    }

    private static int padded(int bytes) {
        return (bytes + 7) / 8 * 8;
    }
}
