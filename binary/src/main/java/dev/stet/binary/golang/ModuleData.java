package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Segment;
import java.util.Optional;

/// Go's `runtime.firstmoduledata` (Go: `src/runtime/symtab.go`, type moduledata): where the linker put
/// everything that the run time needs to know of the program. All are virtual addresses, or counts.
///
/// @param text where Go's code begins, which the table of functions counts from
/// @param etext where it ends
/// @param types where descriptions of types begin, which places of types and names count from
/// @param etypes where they end
/// @param goFunctions where data of functions counts from; 0 before Go 1.18
/// @param textSections how many runs of code there are, each at a distance of its own
/// @param typeLinks addresses, from `types` on, 4 bytes each, of some types
/// @param interfaceTables where the list of interface tables is, 8 bytes each
record ModuleData(
        long text,
        long etext,
        long types,
        long etypes,
        long goFunctions,
        Slice textSections,
        Slice typeLinks,
        Slice interfaceTables) {
    /// Several values at an address.
    record Slice(long address, long count) {}

    /// Where the members are; the linkers of a format's Go versions differ in what lies between.
    private enum Layout {
        GO_1_2(PclntabFormat.GO_1_2, 80, 200, 0, 216),
        GO_1_16(PclntabFormat.GO_1_16, 160, 280, 0, 296),
        GO_1_18(PclntabFormat.GO_1_18, 160, 280, 304, 312),
        GO_1_20(PclntabFormat.GO_1_20, 160, 296, 320, 328),
        /// With the end of the pclntab behind the data of functions.
        GO_1_26(PclntabFormat.GO_1_20, 160, 296, 320, 336);

        private final PclntabFormat format;

        /// Of minpc; maxpc, text and etext follow.
        private final int low;

        /// Of types; etypes follows.
        private final int types;

        private final int goFunctions;

        /// Of textsectmap; typelinks and itablinks follow.
        private final int lists;

        Layout(PclntabFormat format, int low, int types, int goFunctions, int lists) {
            this.format = format;
            this.low = low;
            this.types = types;
            this.goFunctions = goFunctions;
            this.lists = lists;
        }
    }

    /// From the first member to the last that is read here.
    private static final int BYTES = 336 + 3 * 24;

    /// The linker puts it into the data, of which programs seldom have more.
    private static final long MAX_SEARCHED_BYTES = 192L << 20;

    private static final int PIECE_BYTES = 1 << 20;

    /// Words that are the table's address, of which only one is the beginning of the structure.
    private static final int MAX_FALSE = 64;

    /// Finds the structure by the pointer to the table of functions at its beginning, which the loader fills
    /// in or the file has.
    ///
    /// @return empty if there is none in the file that agrees with the table
    static Optional<ModuleData> find(Pclntab table) throws BinaryException {
        Memory memory = table.memory();
        memory.begin();
        for (long at : memory.relocations().pointersTo(table.address(), MAX_FALSE)) {
            Optional<ModuleData> found = at(table, at);
            if (found.isPresent()) {
                return found;
            }
        }
        int tried = 0;
        long searched = 0;
        for (Segment segment : memory.elf().segments().all()) {
            long end = segment.isData() ? segment.fileBytes() - BYTES : 0;
            for (long done = -segment.address() & 7; done < end; done += PIECE_BYTES) {
                ByteView piece =
                        memory.elf().image().readUpTo(segment.offset() + done, end - done, PIECE_BYTES, "data segment");
                for (long i = 0; i <= piece.size() - 8; i += 8) {
                    if (piece.u64(i) == table.address()) {
                        Optional<ModuleData> found = at(table, segment.address() + done + i);
                        if (found.isPresent() || ++tried >= MAX_FALSE) {
                            return found;
                        }
                    }
                }
                searched += piece.size();
                if (searched >= MAX_SEARCHED_BYTES) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ModuleData> at(Pclntab table, long at) throws BinaryException {
        if (!table.memory().has(at, BYTES)) {
            return Optional.empty();
        }
        for (Layout layout : Layout.values()) {
            if (layout.format == table.format() && isModuleData(table, at, layout)) {
                return Optional.of(read(table.memory(), at, layout));
            }
        }
        return Optional.empty();
    }

    /// The structure repeats what the table says and its slices are full, so a stray pointer does not pass
    /// for it, nor does another layout.
    private static boolean isModuleData(Pclntab table, long at, Layout layout) throws BinaryException {
        Memory memory = table.memory();
        long low = memory.u64(at + layout.low);
        long high = memory.u64(at + layout.low + 8);
        long text = memory.u64(at + layout.low + 16);
        long etext = memory.u64(at + layout.low + 24);
        long base = table.isRelative() ? text : 0;
        long types = memory.u64(at + layout.types);
        long etypes = memory.u64(at + layout.types + 8);
        return 0 < text
                && text <= low
                && low < high
                && high <= etext
                && low - base == table.entry(0)
                && table.isText(base)
                && 0 < types
                && types <= etypes
                && isList(memory, at + layout.lists, 24)
                && memory.u64(at + layout.lists + 8) > 0
                && memory.u64(memory.u64(at + layout.lists) + 16) == text
                && isList(memory, at + layout.lists + 24, 4)
                && isList(memory, at + layout.lists + 48, 8);
    }

    /// Is there a slice that is as long as it can be and lies in the file?
    private static boolean isList(Memory memory, long at, int elementBytes) throws BinaryException {
        long address = memory.u64(at);
        long count = memory.u64(at + 8);
        return count == memory.u64(at + 16)
                && (count == 0
                        || (0 < count && count <= Integer.MAX_VALUE && memory.has(address, count * elementBytes)));
    }

    private static ModuleData read(Memory memory, long at, Layout layout) throws BinaryException {
        return new ModuleData(
                memory.u64(at + layout.low + 16),
                memory.u64(at + layout.low + 24),
                memory.u64(at + layout.types),
                memory.u64(at + layout.types + 8),
                layout.goFunctions == 0 ? 0 : memory.u64(at + layout.goFunctions),
                slice(memory, at + layout.lists),
                slice(memory, at + layout.lists + 24),
                slice(memory, at + layout.lists + 48));
    }

    private static Slice slice(Memory memory, long at) throws BinaryException {
        return new Slice(memory.u64(at), memory.u64(at + 8));
    }
}
