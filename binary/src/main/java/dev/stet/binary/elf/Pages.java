package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;

/// A region read piecemeal, through pages of it that are kept for a while. Cheap if reads are near each other
/// in any order, and never more than 8 MB. Not for use by several threads.
final class Pages {
    /// A page costs about a microsecond to read, so even reads all over a large region stay bearable.
    static final int PAGE_BYTES = 8 << 10;

    private static final int PAGE_BITS = 13;

    /// All pages together: 8 MB, an eighth of what an analysis may have.
    private static final int MAX_PAGES = 1024;

    private final Region region;
    private final String what;
    private final byte[][] pages;
    private final long[] held;
    private int left;

    /// @param left how many pages may be read before the region is refused
    Pages(Region region, String what, int left) {
        this.region = region;
        this.what = what;
        this.left = left;
        int wanted = (int) Math.min(MAX_PAGES, (region.size() >> PAGE_BITS) + 1);
        int slots = Integer.highestOneBit(2 * wanted - 1);
        this.pages = new byte[slots][];
        this.held = new long[slots];
    }

    /// The page that holds the byte, at position `at & (PAGE_BYTES - 1)` of it. Its content is valid up to
    /// [#end].
    ///
    /// @param at in bytes from the beginning of the region, of which it must be part
    byte[] page(long at) throws BinaryException {
        long number = at >> PAGE_BITS;
        int slot = (int) number & (pages.length - 1);
        // One more than the number, so that 0 is none.
        return held[slot] == number + 1 ? pages[slot] : load(number, slot);
    }

    /// How many bytes of the page that holds `at` are there.
    int end(long at) {
        return (int) Math.min(PAGE_BYTES, region.size() - (at >> PAGE_BITS << PAGE_BITS));
    }

    private byte[] load(long number, int slot) throws BinaryException {
        long at = number << PAGE_BITS;
        if (at < 0 || at >= region.size()) {
            throw new MalformedBinaryException(what + ": position " + at + " is behind the end", 0);
        }
        if (--left < 0) {
            throw new MalformedBinaryException(what + ": they lie all over the file", 0);
        }
        held[slot] = 0;
        ByteView view = region.readUpTo(at, PAGE_BYTES, what);
        if (pages[slot] == null) {
            pages[slot] = new byte[PAGE_BYTES];
        }
        view.copyTo(0, pages[slot], 0, end(at));
        held[slot] = number + 1;
        return pages[slot];
    }
}
