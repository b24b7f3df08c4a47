package dev.stet.procfs;

/// Where a process has a file system.
///
/// @param device `major:minor` of the file system, which is its name for the kernel
/// @param point where, as the process sees it
/// @param type such as `ext4`, `overlay`
public record MountPoint(String device, String point, String type) {}
