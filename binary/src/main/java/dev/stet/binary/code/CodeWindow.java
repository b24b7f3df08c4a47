package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Segment;

/// A run of the file's bytes that is in memory. Whoever asks for one function after the other, by address,
/// has each read once.
final class CodeWindow {
    /// For functions asked for in hundreds: few reads, little memory.
    static final int ALL = 1 << 20;

    /// For tables here and there.
    static final int SOME = 1 << 12;

    /// For one function.
    static final int ONE = 0;

    private final Elf elf;
    private final int preferred;
    private byte[] bytes = {};
    private long start;

    /// @param preferred how many bytes to read at once, at least
    CodeWindow(Elf elf, int preferred) {
        this.elf = elf;
        this.preferred = preferred;
    }

    /// Makes sure that the bytes are there. What was there before may be gone, but arrays that were handed
    /// out stay as they are.
    ///
    /// @param segment holds the bytes; nothing behind it is read
    void load(Segment segment, long fileOffset, long length) throws BinaryException {
        if (fileOffset >= start && length <= start + bytes.length - fileOffset) {
            return;
        }
        long left = segment.offset() + segment.fileBytes() - fileOffset;
        int wanted = (int) Math.min(left, Math.max(length, preferred));
        ByteView view = elf.image().read(fileOffset, wanted, wanted, "code");
        bytes = view.copy(wanted, "code");
        start = fileOffset;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Where in [#bytes] the byte at this file offset is.
    int indexOf(long fileOffset) {
        return (int) (fileOffset - start);
    }
}
