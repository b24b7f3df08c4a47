package dev.stet.binary;

import dev.stet.binary.elf.CodeMap;

/// Gives functions that do not say how long they are a size, and drops labels that only mark a place in the
/// middle of a function.
final class Extents {
    private final FunctionColumns columns;
    private final int count;
    private final CodeMap code;

    /// @param columns sorted by address
    /// @param count how many of them there are
    Extents(FunctionColumns columns, int count, CodeMap code) {
        this.columns = columns;
        this.count = count;
        this.code = code;
    }

    /// @return how many are left
    int complete() {
        int kept = dropInner();
        for (int from = 0; from < kept; ) {
            int to = behind(from, kept);
            complete(from, to, kept);
            from = to;
        }
        return kept;
    }

    private int behind(int from, int end) {
        int to = from + 1;
        while (to < end && columns.starts()[to] == columns.starts()[from]) {
            to++;
        }
        return to;
    }

    private int dropInner() {
        int kept = 0;
        long coveredFrom = -1;
        long coveredTo = 0;
        for (int i = 0; i < count; i++) {
            long start = columns.start(i);
            long end = start + columns.size(i);
            boolean label = columns.kind(i) == FunctionKind.LABEL;
            if (label && columns.size(i) == 0 && start > coveredFrom && start < coveredTo) {
                continue;
            }
            if (!label && end > coveredTo) {
                coveredFrom = start;
                coveredTo = end;
            }
            columns.move(i, kept++);
        }
        return kept;
    }

    /// Gives the functions of one place that have no size the one of another name of it, or else the distance
    /// to the next function.
    private void complete(int from, int to, int end) {
        int known = 0;
        boolean missing = false;
        for (int i = from; i < to; i++) {
            int size = columns.size(i);
            known = known == 0 ? size : known;
            missing |= size == 0;
        }
        if (!missing) {
            return;
        }
        if (known > 0) {
            for (int i = from; i < to; i++) {
                if (columns.size(i) == 0) {
                    columns.traits()[i] |= known;
                }
            }
            return;
        }
        long address = code.start() + columns.start(from);
        long left = code.endAfter(address) - address;
        long next = to < end ? Math.min(left, columns.start(to) - columns.start(from)) : left;
        for (int i = from; i < to; i++) {
            columns.complete(i, Math.clamp(next, 0, FunctionColumns.MAX_SIZE));
        }
    }
}
