package dev.stet.procfs;

import dev.stet.facts.MappedFile;
import java.util.Optional;
import java.util.OptionalLong;

/// One line of `/proc/PID/maps` (proc_pid_maps(5)):
///
/// ```
/// 7f5c2a000000-7f5c2a021000 r-xp 00002000 08:01 1048602    /usr/lib/libc.so.6
/// start        end          perm offset   dev   inode      path
/// ```
final class MapsLine {
    /// What the kernel escapes in a path of maps: the newline, and not the backslash (fs/proc/task_mmu.c:
    /// `seq_path(m, &file->f_path, "\n")`). So a path that really contains `\040` stays as it is.
    private static final String ESCAPED = "\n";

    private MapsLine() {}

    /// The mapping, if it is executable.
    static Optional<CodeArea> parse(byte[] line, int length) {
        LineCursor cursor = new LineCursor(line, length);
        OptionalLong start = cursor.address('-');
        OptionalLong end = cursor.address(' ');
        String permissions = cursor.word();
        if (permissions.length() != 4 || permissions.charAt(2) != 'x') {
            return Optional.empty();
        }
        OptionalLong offset = cursor.number(16, ' ');
        String device = cursor.word();
        OptionalLong inode = cursor.number(10, ' ');
        if (start.isEmpty() || end.isEmpty() || offset.isEmpty() || inode.isEmpty()) {
            return Optional.empty();
        }
        cursor.skipSpaces();
        DeletedPath path = DeletedPath.of(cursor.rest(ESCAPED));
        if (inode.getAsLong() == 0) {
            return Optional.of(new CodeArea(start.getAsLong(), end.getAsLong(), path.path(), Optional.empty()));
        }
        MappedFile file = new MappedFile(
                start.getAsLong(),
                end.getAsLong(),
                offset.getAsLong(),
                device,
                inode.getAsLong(),
                path.path(),
                path.deleted());
        return Optional.of(new CodeArea(file.start(), file.end(), file.path(), Optional.of(file)));
    }
}
