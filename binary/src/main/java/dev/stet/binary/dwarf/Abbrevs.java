package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One table of `.debug_abbrev`, read as far as it has been needed.
final class Abbrevs {
    /// The largest units, of link-time optimisation, have some thousands.
    private static final int MAX_ABBREVS = 1 << 16;

    /// An entry of C++ has up to 30.
    private static final int MAX_ATTRIBUTES = 1 << 10;

    /// Words of memory, of all of a table.
    private static final int MAX_WEIGHT = 1 << 20;

    private final Cursor in;
    private final Budget budget;
    private final boolean wide;
    private final boolean old;
    private final List<Abbrev> inOrder = new ArrayList<>();
    private final Map<Long, Abbrev> others = new HashMap<>();
    private long next;
    private boolean done;
    private int weight;

    /// @param wide of units of 64-bit DWARF
    /// @param old of units of DWARF 2
    Abbrevs(Cursor in, long at, boolean wide, boolean old, Budget budget) {
        this.in = in;
        this.budget = budget;
        this.next = at;
        this.wide = wide;
        this.old = old;
    }

    int weight() {
        return weight;
    }

    Abbrev find(long code) throws BinaryException {
        if (code > 0 && code <= inOrder.size()) {
            return inOrder.get((int) code - 1);
        }
        Abbrev known = others.get(code);
        if (known != null) {
            return known;
        }
        in.seek(next);
        while (!done) {
            Abbrev abbrev = read();
            next = in.position();
            if (abbrev != null && abbrev.code == code) {
                return abbrev;
            }
        }
        throw in.broken("has no abbreviation " + Long.toUnsignedString(code));
    }

    private Abbrev read() throws BinaryException {
        long code = in.uleb();
        if (code == 0) {
            done = true;
            return null;
        }
        in.require(inOrder.size() + others.size() < MAX_ABBREVS, "has more than " + MAX_ABBREVS + " abbreviations");
        long tag = in.uleb();
        boolean children = in.u8() != 0;
        Abbrev abbrev = attributes(code, (int) Math.min(tag & Long.MAX_VALUE, Integer.MAX_VALUE), children);
        weight += abbrev.weight();
        in.require(weight <= MAX_WEIGHT, "has a table of abbreviations that is too large");
        if (code == inOrder.size() + 1 && others.isEmpty()) {
            inOrder.add(abbrev);
        } else {
            others.putIfAbsent(code, abbrev);
        }
        return abbrev;
    }

    private Abbrev attributes(long code, int tag, boolean children) throws BinaryException {
        int[] names = new int[8];
        int[] forms = new int[8];
        long[] implicit = null;
        int count = 0;
        while (true) {
            long name = in.uleb();
            long form = in.uleb();
            if (name == 0 && form == 0) {
                break;
            }
            in.require(count < MAX_ATTRIBUTES, "has an abbreviation of more than " + MAX_ATTRIBUTES + " attributes");
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                forms = Arrays.copyOf(forms, 2 * count);
                implicit = implicit == null ? null : Arrays.copyOf(implicit, 2 * count);
            }
            names[count] = (int) Math.min(name & Long.MAX_VALUE, Integer.MAX_VALUE);
            forms[count] = (int) Math.min(form & Long.MAX_VALUE, Integer.MAX_VALUE);
            if (form == Form.IMPLICIT_CONST) {
                implicit = implicit == null ? new long[names.length] : implicit;
                implicit[count] = in.sleb();
            }
            count++;
        }
        budget.spend(1 + count);
        int[] used = Arrays.copyOf(forms, count);
        return new Abbrev(code, tag, children, Arrays.copyOf(names, count), used, implicit, steps(used));
    }

    private int[] steps(int[] forms) {
        int[] steps = new int[forms.length];
        int count = 0;
        for (int form : forms) {
            int width = Form.width(form, wide, old);
            if (width >= 0 && count > 0 && steps[count - 1] >= 0) {
                steps[count - 1] += width;
            } else {
                steps[count++] = width;
            }
        }
        return Arrays.copyOf(steps, count);
    }
}
