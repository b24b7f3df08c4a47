package dev.stet.facts;

/// What a path pointed to when it was opened: enough to notice that the file was replaced, rewritten in
/// place, or that its inode number was used again (hazards L5, L6).
///
/// @param device st_dev
/// @param inode st_ino
/// @param size st_size, in bytes
/// @param modifiedNanos st_mtim, in nanoseconds since the epoch
/// @param changedNanos st_ctim, in nanoseconds since the epoch
public record FileIdentity(long device, long inode, long size, long modifiedNanos, long changedNanos) {}
