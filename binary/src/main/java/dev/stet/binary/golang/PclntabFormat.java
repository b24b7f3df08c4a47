package dev.stet.binary.golang;

import java.util.Optional;

/// How Go lays out its table of functions, by the Go that introduced the layout (Go: `src/runtime/symtab.go`,
/// `src/runtime/runtime2.go`, type _func). A function's record is
///
/// ```
///           entry  name  args  deferreturn  pcsp  pcfile  pcln  npcdata  unit  startLine  ID..nfuncdata
/// 1.2       8      4     4     4            4     4       4     4        -     -          4
/// 1.16      8      4     4     4            4     4       4     4        4     -          4
/// 1.18      4      4     4     4            4     4       4     4        4     -          4
/// 1.20      4      4     4     4            4     4       4     4        4     4          4
/// ```
///
/// with `npcdata` words of 4 bytes behind it, places of tables by instruction, and then `nfuncdata` places of
/// data: addresses before 1.18, aligned to 8 bytes, and since then distances of 4 bytes.
enum PclntabFormat {
    GO_1_2(0xfffffffb, 8, 40, 4, 20),
    GO_1_16(0xfffffffa, 8, 44, 3, 20),
    GO_1_18(0xfffffff0, 4, 40, 3, 20),
    GO_1_20(0xfffffff1, 4, 44, 3, 16);

    private final int magic;

    /// Of the function table's words: 4 if they count from the start of text.
    final int wordBytes;

    /// Of a function's record, before its lists.
    final int recordBytes;

    /// FUNCDATA_InlTree. In format 1.2 as of Go 1.12 and later.
    final int inlineTree;

    /// Of a node in the tree.
    final int nodeBytes;

    PclntabFormat(int magic, int wordBytes, int recordBytes, int inlineTree, int nodeBytes) {
        this.magic = magic;
        this.wordBytes = wordBytes;
        this.recordBytes = recordBytes;
        this.inlineTree = inlineTree;
        this.nodeBytes = nodeBytes;
    }

    boolean isRelative() {
        return wordBytes == 4;
    }

    static Optional<PclntabFormat> of(int magic) {
        for (PclntabFormat format : values()) {
            if (format.magic == magic) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
