package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;

/// Goes from entry to entry, as they stand in the file: an entry, its children, what follows it.
final class DieWalk {
    /// Deeper than any compiler nests; a bound for those who keep something for each level.
    static final int MAX_DEPTH = 512;

    private final Unit unit;
    private final Cursor in;
    private final Abbrevs abbrevs;
    private final Budget budget;
    private Abbrev abbrev;
    private Die die;
    private long offset;
    private int depth;
    private int next;
    private boolean unread;

    private DieWalk(Unit unit, Cursor in, int depth) throws BinaryException {
        this.unit = unit;
        this.in = in;
        this.abbrevs = unit.file.abbrevs(unit);
        this.budget = unit.file.budget();
        this.next = depth;
    }

    /// All entries of the unit, its own the first, at depth 0.
    ///
    /// @param in to be used by nobody else meanwhile
    static DieWalk of(Unit unit, Cursor in) throws BinaryException {
        return new DieWalk(unit, in.seek(unit.first), 0);
    }

    /// All entries below one, its children at depth 0.
    static DieWalk below(Die parent) throws BinaryException {
        Unit unit = parent.unit;
        return new DieWalk(unit, unit.file.cursor(unit.inTypes).seek(parent.end), parent.abbrev.hasChildren ? 0 : -1);
    }

    /// Moves to the next entry.
    ///
    /// @return false if there is none
    boolean next() throws BinaryException {
        if (unread) {
            skipAttributes();
        }
        while (next >= 0 && in.position() < unit.end) {
            offset = in.position();
            long code = in.uleb();
            budget.spend(1);
            if (code == 0) {
                next--;
                continue;
            }
            abbrev = abbrevs.find(code);
            depth = next;
            die = null;
            unread = true;
            if (abbrev.hasChildren) {
                next++;
                in.require(next <= MAX_DEPTH, "has entries nested more than " + MAX_DEPTH + " deep");
            }
            return true;
        }
        return false;
    }

    /// Moves to the next entry at depth 0, over all that is below the present one.
    boolean nextSibling() throws BinaryException {
        while (true) {
            if (abbrev != null && next > 0) {
                skipChildren();
            }
            if (!next()) {
                return false;
            }
            if (depth == 0) {
                return true;
            }
        }
    }

    /// Moves behind what is below the present entry if the entry says where that is; else the walk goes on
    /// into it.
    ///
    /// @return did it?
    boolean skipChildren() throws BinaryException {
        if (!abbrev.hasChildren || !abbrev.hasSibling() || next <= depth) {
            return false;
        }
        long to = die().target(At.SIBLING);
        if (to <= offset || to > unit.end || to < in.position()) {
            return false;
        }
        in.seek(to);
        next = depth;
        return true;
    }

    private void skipAttributes() throws BinaryException {
        if (abbrev.isPlain()) {
            abbrev.skip(in);
            unread = false;
        } else {
            var _ = die();
        }
    }

    int tag() {
        return abbrev.tag;
    }

    Abbrev abbrev() {
        return abbrev;
    }

    /// From 0.
    int depth() {
        return depth;
    }

    long offset() {
        return offset;
    }

    /// Reads the attributes of the present entry.
    Die die() throws BinaryException {
        if (die == null) {
            if (!unread) {
                throw in.broken("was walked past an entry that was wanted");
            }
            die = Die.read(unit, offset, abbrev, in);
            unread = false;
        }
        return die;
    }
}
