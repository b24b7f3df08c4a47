package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Memo;
import dev.stet.binary.elf.Segment;
import java.util.Optional;

/// A program's bytes by virtual address, as they are before its first instruction: those of the file, with
/// its relative relocations filled in. Only a few pages of them are kept. For one thread.
final class Memory {
    private static final int PAGE_BITS = 16;
    private static final int PAGE_BYTES = 1 << PAGE_BITS;

    /// With the above 4 MB. The tables of Go are read nearly in order, several at a time.
    private static final int FEW_PAGES = 64;

    /// 16 MB, for what is read in no order at all.
    private static final int MANY_PAGES = 256;

    /// What one question may read. The largest tables known have 120 MB and are read in order; only a file
    /// made to hurt has every name on another page.
    private static final long MAX_LOADED_BYTES = 768L << 20;

    private final Elf elf;
    private final Memo<Relocations> relocations;
    private final long[] starts;
    private final ByteView[] pages;
    private final boolean[] secondIsRecent;
    private long loaded;

    Memory(Elf elf, Memo<Relocations> relocations) {
        this(elf, relocations, FEW_PAGES);
    }

    private Memory(Elf elf, Memo<Relocations> relocations, int slots) {
        this.elf = elf;
        this.relocations = relocations;
        this.starts = new long[slots];
        this.pages = new ByteView[slots];
        this.secondIsRecent = new boolean[slots / 2];
    }

    /// Another one of the same program, with more pages of its own.
    Memory larger() {
        return new Memory(elf, relocations, MANY_PAGES);
    }

    /// Begins a new question: what was read for those before does not count against it.
    void begin() {
        loaded = 0;
    }

    Elf elf() {
        return elf;
    }

    /// The pointers that the loader fills in.
    Relocations relocations() throws BinaryException {
        return relocations.get();
    }

    /// Are all these bytes in the file?
    boolean has(long address, long length) {
        return elf.segments().loadedAtAddress(address, length).isPresent();
    }

    int u8(long address) throws BinaryException {
        int slot = slot(address, 1);
        return pages[slot].u8(address - starts[slot]);
    }

    int u16(long address) throws BinaryException {
        return u8(address) | u8(address + 1) << 8;
    }

    int i32(long address) throws BinaryException {
        int slot = slot(address, 4);
        if (slot < 0) {
            return exactly(address, 4, "4-byte word").i32(0);
        }
        return pages[slot].i32(address - starts[slot]);
    }

    long u32(long address) throws BinaryException {
        return i32(address) & 0xffff_ffffL;
    }

    /// All 64 bits, of an address or a number.
    long u64(long address) throws BinaryException {
        int slot = slot(address, 8);
        if (slot < 0) {
            return exactly(address, 8, "8-byte word").u64(0);
        }
        return pages[slot].u64(address - starts[slot]);
    }

    /// @param cap refuses more bytes than that
    ByteView read(long address, long length, int cap, String what) throws BinaryException {
        Segment segment = segment(address, length, what);
        if (length > cap) {
            throw new MalformedBinaryException(
                    "%s: %d bytes are more than %d".formatted(what, length, cap),
                    address - segment.address() + segment.offset());
        }
        return exactly(address, length, what);
    }

    /// As [#read], for a few bytes that are likely to be on a page in use.
    ByteView small(long address, long length, int cap, String what) throws BinaryException {
        if (length > cap || length <= 0) {
            return read(address, length, cap, what);
        }
        int slot = slot(address, (int) length);
        return slot < 0 ? exactly(address, length, what) : pages[slot].slice(address - starts[slot], length, what);
    }

    /// The bytes up to a NUL, without it.
    ///
    /// @return empty if there is no NUL within `cap` bytes of the file
    Optional<ByteView> text(long address, int cap) throws BinaryException {
        int slot = slot(address, 1);
        long at = address - starts[slot];
        int length = pages[slot].textLength(at, cap);
        if (length >= 0) {
            return Optional.of(pages[slot].slice(at, length, "text"));
        }
        long there = there(address);
        if (pages[slot].size() - at >= Math.min(cap, there)) {
            return Optional.empty();
        }
        ByteView whole = exactly(address, Math.min(cap, there), "text");
        length = whole.textLength(0, cap);
        return length < 0 ? Optional.empty() : Optional.of(whole.slice(0, length, "text"));
    }

    /// How many bytes of the file's are at the address and behind, in the same segment.
    long there(long address) throws BinaryException {
        Segment segment = segment(address, 1, "address");
        return segment.fileBytes() - (address - segment.address());
    }

    long fileOffset(long address) throws BinaryException {
        Segment segment = segment(address, 0, "address");
        return address - segment.address() + segment.offset();
    }

    MalformedBinaryException malformed(String rule, long address) {
        return new MalformedBinaryException(
                rule, elf.segments().fileOffsetOf(address).orElse(0));
    }

    void require(boolean holds, String rule, long address) throws MalformedBinaryException {
        if (!holds) {
            throw malformed(rule, address);
        }
    }

    /// The slot whose page has these bytes. A page can be in either of two slots and replaces the one used less
    /// recently: the parts of a table, read side by side, would else drive each other out.
    ///
    /// @return -1 if they lie across two pages
    private int slot(long address, int length) throws BinaryException {
        int slot = (int) (address >>> PAGE_BITS) & (secondIsRecent.length - 1);
        int recent = slot << 1 | (secondIsRecent[slot] ? 1 : 0);
        if (!holds(recent, address)) {
            int other = recent ^ 1;
            if (!holds(other, address)) {
                load(other, address);
            }
            secondIsRecent[slot] = !secondIsRecent[slot];
            recent = other;
        }
        return length <= pages[recent].size() - (address - starts[recent]) ? recent : -1;
    }

    private boolean holds(int slot, long address) {
        long at = address - starts[slot];
        return pages[slot] != null && 0 <= at && at < pages[slot].size();
    }

    private void load(int slot, long address) throws BinaryException {
        Segment segment = segment(address, 1, "address");
        long start = Math.max(segment.address(), address & -PAGE_BYTES);
        long end = Math.min((address & -PAGE_BYTES) + PAGE_BYTES, segment.address() + segment.fileBytes());
        ByteView page = exactly(start, end - start, "page");
        starts[slot] = start;
        pages[slot] = page;
    }

    private ByteView exactly(long address, long length, String what) throws BinaryException {
        Segment segment = segment(address, length, what);
        long offset = address - segment.address() + segment.offset();
        charge(length, offset);
        ByteView bytes = elf.image().read(offset, length, Integer.MAX_VALUE, what);
        return relocations.get().apply(bytes, address, this);
    }

    /// Counts what is read for the present question.
    void charge(long bytes, long fileOffset) throws MalformedBinaryException {
        loaded += bytes;
        if (loaded > MAX_LOADED_BYTES) {
            throw new MalformedBinaryException("Go's tables lead all over the file", fileOffset);
        }
    }

    private Segment segment(long address, long length, String what) throws MalformedBinaryException {
        Optional<Segment> segment = elf.segments().loadedAtAddress(address, length);
        if (segment.isEmpty()) {
            throw new MalformedBinaryException(
                    "%s: %d bytes at address 0x%x are not in the file".formatted(what, length, address), 0);
        }
        return segment.get();
    }
}
