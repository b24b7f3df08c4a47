package dev.stet.procfs;

/// A path as the kernel prints it, with ` (deleted)` behind one that no longer leads to its file.
///
/// A file that really is called `x (deleted)` cannot be told from a deleted `x` by the text, and is taken
/// for that. To ask the file system would be to walk paths of the target's making, through mounts of the
/// target's making: a dead NFS server or a FUSE mount could hold the reader for ever. A deleted file of that
/// name is printed with the words twice, and loses them once.
///
/// @param path without the kernel's words
/// @param deleted the kernel's words were there
record DeletedPath(String path, boolean deleted) {
    private static final String DELETED = " (deleted)";

    static DeletedPath of(String printed) {
        return printed.endsWith(DELETED)
                ? new DeletedPath(printed.substring(0, printed.length() - DELETED.length()), true)
                : new DeletedPath(printed, false);
    }
}
