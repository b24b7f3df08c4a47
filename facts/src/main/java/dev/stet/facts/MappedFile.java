package dev.stet.facts;

/// One executable mapping of a file in a process, as `/proc/PID/maps` has it.
///
/// @param start first runtime address
/// @param end first runtime address behind it
/// @param fileOffset where in the file it begins, in bytes
/// @param device `major:minor` as the kernel prints it, lower-case hex
/// @param inode inode number; never 0 (anonymous mappings are not files)
/// @param path as the target sees it, without ` (deleted)`
/// @param deleted the kernel says that the path no longer leads to it
public record MappedFile(
        long start, long end, long fileOffset, String device, long inode, String path, boolean deleted) {
    /// The last component of the path.
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
