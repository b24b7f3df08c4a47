package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import java.util.BitSet;
import java.util.OptionalLong;

/// Which calls the compiler replaced by the callee's code, from what Go's run time needs for stack traces
/// (Go: `src/runtime/symtabinl.go`; before 1.20 type inlinedCall in `src/runtime/symtab.go`). Each function
/// with such calls has a tree of them, and a table that says which of them its instructions belong to:
///
/// ```
/// before 1.20   0 parent   2 ID   4 file   8 line   12 name   16 an instruction before the call    (20)
/// since 1.20    0 ID       4 name          8 an instruction before the call         12 first line  (16)
/// ```
///
/// Names count from the beginning of the names. The call that a call is in is `parent`, or, since 1.20, what
/// the table says of the instruction before.
final class InlineTrees {
    private static final int PCDATA_INL_TREE_INDEX = 2;

    /// Of one function; some with thousands exist.
    private static final int MAX_CALLS = 1 << 18;

    /// Of a whole program. Large ones have some millions; each takes some nanoseconds.
    private static final long MAX_RUNS = 24L << 20;

    private final Pclntab table;
    private final Memory memory;
    private final long goFunctions;
    private final InstructionTable runs = new InstructionTable();
    private final BitSet seen = new BitSet();
    private long left = MAX_RUNS;

    /// @param goFunctions where data of functions counts from; not used before Go 1.18
    InlineTrees(Pclntab table, long goFunctions) {
        this.table = table;
        this.memory = table.memory();
        this.goFunctions = goFunctions;
    }

    /// Takes a call.
    @FunctionalInterface
    interface Visitor {
        /// @param function index of the function that the code is in now
        /// @param name of the callee, from the beginning of the names
        /// @param at where the code begins, from the entry of the function
        void inlined(int function, int name, int at) throws BinaryException;
    }

    /// Shows all calls of all functions: the calls of one in the order of their code.
    void visit(Visitor visitor) throws BinaryException {
        memory.begin();
        for (int function = 0; function < table.count(); function++) {
            visit(function, visitor);
        }
    }

    private void visit(int function, Visitor visitor) throws BinaryException {
        long record = table.record(function);
        OptionalLong tree = tree(record);
        long places = instructionTable(record);
        if (tree.isEmpty() || places == 0) {
            return;
        }
        left -= runs.read(table, places, table.entry(function + 1) - table.entry(function));
        memory.require(left >= 0, "pclntab: more than " + MAX_RUNS + " runs of inlined instructions", record);
        seen.clear();
        for (int run = 0; run < runs.count(); run++) {
            int call = runs.value(run);
            while (call >= 0 && !seen.get(call)) {
                memory.require(call < MAX_CALLS, "pclntab: inlined call " + call, record);
                seen.set(call);
                left--;
                long node = tree.getAsLong() + (long) call * table.format().nodeBytes;
                boolean parents = table.format() != PclntabFormat.GO_1_20;
                visitor.inlined(function, memory.i32(node + (parents ? 12 : 4)), runs.start(run));
                call = parents ? (short) memory.u16(node) : runs.at(memory.i32(node + 8));
            }
        }
    }

    /// Address of the table by instruction; 0 if the function has none.
    private long instructionTable(long record) throws BinaryException {
        long words = memory.u32(record + table.format().wordBytes + 20 + 4);
        if (words <= PCDATA_INL_TREE_INDEX) {
            return 0;
        }
        long place = memory.u32(record + table.format().recordBytes + 4 * PCDATA_INL_TREE_INDEX);
        return place == 0 ? 0 : table.tablesAt() + place;
    }

    private OptionalLong tree(long record) throws BinaryException {
        PclntabFormat format = table.format();
        int count = memory.u8(record + format.recordBytes - 1);
        if (count <= format.inlineTree) {
            return OptionalLong.empty();
        }
        long words = memory.u32(record + format.wordBytes + 20 + 4);
        long lists = record + format.recordBytes + 4 * words;
        if (format.isRelative()) {
            long distance = memory.u32(lists + 4L * format.inlineTree);
            return distance == 0xffff_ffffL ? OptionalLong.empty() : OptionalLong.of(goFunctions + distance);
        }
        long address = memory.u64((lists + 7 & -8) + 8L * format.inlineTree);
        return address == 0 ? OptionalLong.empty() : OptionalLong.of(address);
    }
}
