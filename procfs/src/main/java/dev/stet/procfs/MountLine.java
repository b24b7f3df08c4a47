package dev.stet.procfs;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). Before the single `-` stands any number of
/// optional fields:
///
/// ```
/// 36 35 98:0 /root /mnt\040point rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
/// id                                                          -  type
/// ```
final class MountLine {
    /// What the kernel escapes in a file system's type (fs/proc_namespace.c: `mangle`).
    private static final String ESCAPED = " \t\n\\#";

    /// Fields before the optional ones; a mount point called `-` is among them.
    private static final int FIXED_FIELDS = 6;

    private MountLine() {}

    /// The mount's id, if the line begins with one.
    static OptionalLong id(byte[] line, int length) {
        return new LineCursor(line, length).number(10, ' ');
    }

    /// The file system's type, such as `ext4`; empty text if the line has none.
    static String type(byte[] line, int length) {
        LineCursor cursor = new LineCursor(line, length);
        for (int field = 0; field < FIXED_FIELDS; field++) {
            String _ = cursor.word();
        }
        String word = cursor.word();
        while (!word.isEmpty() && !word.equals("-")) {
            word = cursor.word();
        }
        byte[] type = cursor.word().getBytes(StandardCharsets.ISO_8859_1);
        return LineCursor.unescaped(type, 0, type.length, ESCAPED);
    }
}
