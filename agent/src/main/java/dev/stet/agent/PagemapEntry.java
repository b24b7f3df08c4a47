package dev.stet.agent;

/// What `/proc/PID/pagemap` says of one page of a process (kernel `Documentation/admin-guide/mm/pagemap.rst`).
///
/// @param bits 64 of them, in the machine's byte order
record PagemapEntry(long bits) {
    static final int BYTES = 8;
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;
    private static final long OF_FILE = 1L << 61;

    /// Of a page of a private mapping of a file: has it been written to, so that it is the process's own by now? Then
    /// it is not the file's page any more, neither in memory nor in swap.
    boolean isWritten() {
        return (bits & (PRESENT | SWAPPED)) != 0 && (bits & OF_FILE) == 0;
    }
}
