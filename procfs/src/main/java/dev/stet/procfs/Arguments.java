package dev.stet.procfs;

import dev.stet.facts.Fact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `/proc/PID/cmdline` (proc_pid_cmdline(5)): arguments, each with a NUL behind it, unless the process wrote
/// something else over them.
final class Arguments {
    /// Most arguments kept: a linker's command line has hundreds.
    static final int MAX = 4096;

    private Arguments() {}

    /// @param bytes all of the file
    static Fact<List<String>> fact(byte[] bytes) {
        // In the midst of an exec the kernel has set no arguments yet, and tells nobody apart from those who removed
        // theirs: since Linux 5.18 every program has one.
        return bytes.length == 0
                ? Fact.unreadable("there are none: it is just starting, or hides them")
                : parse(bytes).map(Fact::of).orElse(Fact.unreadable("more than " + MAX + " arguments"));
    }

    /// NULs at the end are taken for padding: programs that write a title over their arguments leave
    /// hundreds.
    ///
    /// @return empty if there are more than [#MAX]
    static Optional<List<String>> parse(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        List<String> args = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= end && end > 0; at++) {
            if (at == end || bytes[at] == 0) {
                if (args.size() == MAX) {
                    return Optional.empty();
                }
                args.add(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                from = at + 1;
            }
        }
        return Optional.of(List.copyOf(args));
    }
}
