package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Reads names, one at a time, wherever they are. The current name is [#length] bytes of [#bytes] from
/// [#start]; it changes with the next [#move]. Not for use by several threads.
public final class NameReader {
    /// All bytes of names that one reader may read. Chromium's have 300 MB; only names that overlap each other, which
    /// no compiler writes, can be more than the file.
    private static final long MAX_READ_BYTES = 1L << 30;

    /// Nobody outside can tell which names have the same hash.
    private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;

    private final Names names;
    private final Pages[] pages;
    private final int maxPages;
    private byte[] joined = new byte[256];
    private int part;
    private byte[] bytes = joined;
    private int start;
    private int end;
    private int nameEnd;
    private long read;

    public NameReader(Names names) {
        this(names, Integer.MAX_VALUE);
    }

    /// @param maxPages refuses to read more pages than that of one region
    NameReader(Names names, int maxPages) {
        this.names = names;
        this.maxPages = maxPages;
        this.pages = new Pages[names.parts().size()];
    }

    /// Reads the name at the position.
    ///
    /// @throws MalformedBinaryException if the file has changed so that it is not there any more
    public void move(int position) throws BinaryException {
        part = names.partOf(position);
        Names.Part in = names.parts().get(part);
        long at = Integer.toUnsignedLong(position) - in.base();
        if (pages[part] == null) {
            pages[part] = new Pages(in.region(), "name", maxPages);
        }
        byte[] page = pages[part].page(at);
        int from = (int) at & (Pages.PAGE_BYTES - 1);
        int there = pages[part].end(at);
        int to = Words.find((byte) 0, page, from, there);
        if (to < there || at + (to - from) == in.region().size()) {
            bytes = page;
            start = from;
            end = to;
        } else {
            join(pages[part], page, at, in.region().size());
        }
        nameEnd = in.marked() ? unversioned() : end;
        read += end - start + 1;
        if (read > MAX_READ_BYTES) {
            throw new MalformedBinaryException("names overlap: more than " + MAX_READ_BYTES + " bytes", 0);
        }
    }

    /// A name that goes on behind its page. It ends with a NUL, or with the region, as readelf has it.
    private void join(Pages in, byte[] first, long at, long size) throws BinaryException {
        int length = 0;
        byte[] page = first;
        long next = at;
        while (true) {
            int from = (int) next & (Pages.PAGE_BYTES - 1);
            int there = in.end(next);
            int to = Math.min(Words.find((byte) 0, page, from, there), from + FunctionSink.MAX_NAME_BYTES - length);
            if (joined.length < length + to - from) {
                joined = Arrays.copyOf(joined, FunctionSink.MAX_NAME_BYTES);
            }
            System.arraycopy(page, from, joined, length, to - from);
            length += to - from;
            next += to - from;
            if (to < there || next >= size || length >= FunctionSink.MAX_NAME_BYTES) {
                break;
            }
            page = in.page(next);
        }
        bytes = joined;
        start = 0;
        end = length;
    }

    private int unversioned() {
        int at = end - start < 3 ? end : Words.find((byte) '@', bytes, start + 1, end);
        return at < end - 1 ? at : end;
    }

    /// Holds the name, among other things. Not to be changed.
    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }

    /// Of the name without its version, in bytes.
    public int length() {
        return nameEnd - start;
    }

    /// The name, without its version.
    public String text() {
        return new String(bytes, start, nameEnd - start, StandardCharsets.UTF_8);
    }

    /// The name, version included, and no NUL.
    ByteView view() {
        return ByteView.of(Arrays.copyOfRange(bytes, start, end), 0);
    }

    /// Is this the name, without its version?
    public boolean is(byte[] wanted) {
        return wanted.length == nameEnd - start
                && (wanted.length == 0 || bytes[start] == wanted[0])
                && Arrays.equals(bytes, start, nameEnd, wanted, 0, wanted.length);
    }

    /// Does the name, without its version, contain this?
    public boolean contains(byte[] wanted) {
        if (wanted.length == 0) {
            return true;
        }
        for (int at = start; at <= nameEnd - wanted.length; at++) {
            if (bytes[at] == wanted[0] && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    /// Of the name without its version; another in each run of the JVM.
    public long hash() {
        return hash(start, nameEnd);
    }

    /// What [#hash()] gives for this name.
    public static long hash(byte[] name) {
        return hash(name, 0, name.length);
    }

    private long hash(int from, int to) {
        return hash(bytes, from, to);
    }

    private static long hash(byte[] bytes, int from, int to) {
        return Words.hash(SEED, bytes, from, to);
    }

    /// Of the version of the symbol.
    ///
    /// @param number as for [#version]
    /// @return 0 if it has none
    public long versionHash(int number) {
        if (nameEnd < end) {
            return hash(nameEnd + (bytes[nameEnd + 1] == '@' ? 2 : 1), end) | 1L << 40;
        }
        Optional<SymbolVersions.Version> version = version(number);
        if (version.isEmpty()) {
            return 0;
        }
        byte[] text = version.get().name().getBytes(StandardCharsets.UTF_8);
        return hash(text, 0, text.length) | 1L << 40;
    }

    /// The version of the symbol, as its table says.
    ///
    /// @param number in a dynamic table, what `.gnu.version` has for it; 0 if it has nothing
    public Optional<SymbolVersions.Version> version(int number) {
        if (nameEnd < end) {
            int doubled = bytes[nameEnd + 1] == '@' ? 1 : 0;
            int from = nameEnd + 1 + doubled;
            String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
            return Optional.of(new SymbolVersions.Version(text, doubled == 1));
        }
        return names.parts().get(part).versions().flatMap(versions -> versions.find(number));
    }
}
