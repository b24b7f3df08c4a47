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
///
/// @param executable may it be executed?
record MapsLine(boolean executable, CodeArea area) {
    /// What the kernel escapes in a path of maps: the newline, and not the backslash (fs/proc/task_mmu.c:
    /// `seq_path(m, &file->f_path, "\n")`). So a path that really contains `\040` stays as it is.
    private static final String ESCAPED = "\n";

    /// @return empty if it is no such line
    static Optional<MapsLine> parse(byte[] line, int length) {
        LineCursor cursor = new LineCursor(line, length);
        OptionalLong start = cursor.address('-');
        OptionalLong end = cursor.address(' ');
        String permissions = cursor.word();
        if (permissions.length() != 4) {
            return Optional.empty();
        }
        boolean executable = permissions.charAt(2) == 'x';
        OptionalLong offset = cursor.number(16, ' ');
        String device = cursor.word();
        OptionalLong inode = cursor.number(10, ' ');
        if (start.isEmpty() || end.isEmpty() || offset.isEmpty() || inode.isEmpty()) {
            return Optional.empty();
        }
        cursor.skipSpaces();
        DeletedPath path = DeletedPath.of(cursor.rest(ESCAPED));
        if (inode.getAsLong() == 0) {
            CodeArea area = new CodeArea(start.getAsLong(), end.getAsLong(), path.path(), Optional.empty());
            return Optional.of(new MapsLine(executable, area));
        }
        MappedFile file = new MappedFile(
                start.getAsLong(),
                end.getAsLong(),
                offset.getAsLong(),
                device,
                inode.getAsLong(),
                path.path(),
                path.deleted());
        return Optional.of(new MapsLine(executable, area(file)));
    }

    /// Is it of the file of this path?
    boolean isOf(DeletedPath path) {
        return area.file().isPresent()
                && area.file().get().path().equals(path.path())
                && area.file().get().deleted() == path.deleted();
    }

    /// The area, with its path as it is below a root directory.
    CodeArea below(String root) {
        if (area.file().isEmpty() || root.equals("/")) {
            return area;
        }
        MappedFile file = area.file().get();
        return area(new MappedFile(
                file.start(),
                file.end(),
                file.fileOffset(),
                file.device(),
                file.inode(),
                LinkText.below(root, file.path()),
                file.deleted()));
    }

    private static CodeArea area(MappedFile file) {
        return new CodeArea(file.start(), file.end(), file.path(), Optional.of(file));
    }
}
