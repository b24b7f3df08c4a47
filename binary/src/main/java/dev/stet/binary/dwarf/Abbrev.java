package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;

/// How entries of one shape are written (DWARF5 section 7.5.3), with the way over them worked out.
final class Abbrev {
    final long code;
    final int tag;
    final boolean hasChildren;
    final int[] attributes;
    final int[] forms;

    /// Values of DW_FORM_implicit_const; null if there are none.
    final long[] implicit;

    /// What to step over: a number of bytes, or one of the negative constants of [Form].
    private final int[] steps;

    private final int sibling;

    Abbrev(long code, int tag, boolean hasChildren, int[] attributes, int[] forms, long[] implicit, int[] steps) {
        this.code = code;
        this.tag = tag;
        this.hasChildren = hasChildren;
        this.attributes = attributes;
        this.forms = forms;
        this.implicit = implicit;
        this.steps = steps;
        this.sibling = indexOf(At.SIBLING);
    }

    /// @return -1 if entries of this shape have no such attribute
    int indexOf(int attribute) {
        for (int i = 0; i < attributes.length; i++) {
            if (attributes[i] == attribute) {
                return i;
            }
        }
        return -1;
    }

    boolean has(int attribute) {
        return indexOf(attribute) >= 0;
    }

    boolean hasSibling() {
        return sibling >= 0;
    }

    /// Moves over the attributes.
    void skip(Cursor in) throws BinaryException {
        for (int step : steps) {
            if (step >= 0) {
                in.skip(step);
            } else {
                skipVariable(in, step);
            }
        }
    }

    static void skipVariable(Cursor in, int step) throws BinaryException {
        switch (step) {
            case Form.BY_LEB -> in.skipLeb();
            case Form.BY_TEXT -> in.skipText();
            case Form.BY_BLOCK1 -> in.skip(in.u8());
            case Form.BY_BLOCK2 -> in.skip(in.u16());
            case Form.BY_BLOCK4 -> in.skip(in.u32());
            case Form.BY_BLOCK -> in.skip(in.uleb());
            default -> throw in.broken("has a form that is not known");
        }
    }

    /// Can the attributes be stepped over without a unit at hand?
    boolean isPlain() {
        for (int step : steps) {
            if (step == Form.BY_INDIRECT) {
                return false;
            }
        }
        return true;
    }

    /// About how many words it keeps.
    int weight() {
        return 8 + 3 * attributes.length;
    }
}
