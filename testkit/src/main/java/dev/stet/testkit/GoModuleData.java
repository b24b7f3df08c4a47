package dev.stet.testkit;

/// The beginning of Go's `runtime.firstmoduledata` (Go: `src/runtime/symtab.go`, type moduledata), as it is
/// since 1.18: up to the end of the code, and zeros behind it.
///
/// @param pclntab virtual address of the table
/// @param text virtual address of the first byte of Go's code
/// @param end virtual address behind its last function
public record GoModuleData(long pclntab, long text, long end) {
    private static final int MINPC = 160;
    private static final int BYTES = 560;

    public Bytes bytes() {
        return new Bytes()
                .zeros(BYTES)
                .set(0, 8, pclntab)
                .set(MINPC, 8, text)
                .set(MINPC + 8, 8, end)
                .set(MINPC + 16, 8, text)
                .set(MINPC + 24, 8, end);
    }
}
