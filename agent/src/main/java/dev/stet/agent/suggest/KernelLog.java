package dev.stet.agent.suggest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Lines in which the kernel says that a program made a mistake (`arch/x86/mm/fault.c`, `arch/x86/kernel/traps.c`;
/// only while `debug.exception-trace` is 1):
///
/// ```
/// shop[4711]: segfault at 10 ip 000055b08f87519c sp 00007ffe778fbf20 error 6 in shop[119c,55b08f875000+1000]
/// traps: shop[4711] trap int3 ip:55f46b02f1a3 sp:7fff21bd1460 error:0 in shop[11a3,55f46b02f000+1000]
/// traps: shop[4711] general protection fault ip:556894d181af sp:7fff2c4fb790 error:0 in shop[11af,556894d18000+1000]
/// ```
///
/// A process names its threads and its files as it likes; so it can make a line of its own lie about which file it
/// ran, but cannot make a second line of it.
public final class KernelLog {
    /// Longest line that is looked at; the kernel's own records have at most 1024 bytes of text.
    private static final int MAX_LINE = 4096;

    private static final String SEGFAULT = "]: segfault at ";
    private static final String TRAPS = "traps: ";

    /// What traps are called, and the signals that come of them.
    private static final Map<String, String> SIGNALS = Map.of(
            "int3", "SIGTRAP",
            "invalid opcode", "SIGILL",
            "general protection", "SIGSEGV",
            "control protection", "SIGSEGV",
            "bounds", "SIGSEGV",
            "divide error", "SIGFPE",
            "stack segment", "SIGBUS",
            "alignment check", "SIGBUS");

    private KernelLog() {}

    /// @param bytes records of `/dev/kmsg`, or lines as dmesg, syslog and journalctl print them
    /// @param boot when the machine was started, if the bytes are its own kernel's
    public static Reading read(String place, byte[] bytes, Optional<Instant> boot) {
        Reading.Gathered gathered = new Reading.Gathered(place);
        Reading.lines(bytes, (all, from, to, number) -> {
            String line = new String(all, from, Math.min(to - from, MAX_LINE), StandardCharsets.UTF_8);
            Optional<Finding> finding = finding(line, place + ":" + number, boot);
            return finding.isPresent() && gathered.add(finding.get());
        });
        return gathered.reading();
    }

    private static Optional<Finding> finding(String line, String place, Optional<Instant> boot) {
        if (!line.contains(SEGFAULT) && !line.contains(TRAPS)) {
            return Optional.empty();
        }
        Optional<String[]> record = record(line);
        if (record.isEmpty()) {
            return message(printed(line), place, Optional.empty());
        }
        String[] head = record.get();
        boolean kernels = Long.parseLong(head[0]) >> 3 == 0; // others write to /dev/kmsg, too
        Optional<Instant> at = boot.map(start -> start.plusNanos(Long.parseLong(head[2]) * 1000));
        return kernels ? message(line.substring(line.indexOf(';') + 1), place, at) : Optional.empty();
    }

    /// The fields before a record's text in `/dev/kmsg`: priority, number, microseconds since the start.
    private static Optional<String[]> record(String line) {
        int semicolon = line.indexOf(';');
        String[] head =
                semicolon < 0 ? new String[0] : line.substring(0, semicolon).split(",", -1);
        boolean isRecord = head.length >= 4
                && head[0].matches("[0-9]{1,6}")
                && head[1].matches("[0-9]{1,18}")
                && head[2].matches("[0-9]{1,15}");
        return isRecord ? Optional.of(head) : Optional.empty();
    }

    /// The text without what programs that print it put before.
    private static String printed(String line) {
        int kernel = line.indexOf("kernel: ");
        String text = kernel < 0 ? line : line.substring(kernel + "kernel: ".length());
        return text.replaceFirst("^(<[0-9]{1,4}>)?(\\[[^\\[\\]]{1,40}\\] )?", "");
    }

    private static Optional<Finding> message(String text, String place, Optional<Instant> at) {
        if (text.startsWith(TRAPS)) {
            int ip = text.indexOf(" ip:");
            int mark = ip < 0 ? -1 : text.lastIndexOf("] ", ip);
            return mark < 0
                    ? Optional.empty()
                    : finding(
                            text, TRAPS.length(), mark, signal(text.substring(Math.min(mark + 2, ip), ip)), place, at);
        }
        for (int mark = text.indexOf(SEGFAULT); mark >= 0; mark = text.indexOf(SEGFAULT, mark + 1)) {
            Optional<Finding> finding = finding(text, 0, mark, "SIGSEGV", place, at);
            if (finding.isPresent()) {
                return finding;
            }
        }
        return Optional.empty();
    }

    private static String signal(String trap) {
        return SIGNALS.entrySet().stream()
                .filter(each -> trap.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /// @param mark where the bracket behind the pid is
    private static Optional<Finding> finding(
            String text, int from, int mark, String end, String place, Optional<Instant> at) {
        int open = text.lastIndexOf('[', mark);
        if (open <= from || !text.substring(open + 1, mark).matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        String comm = text.substring(from, open);
        int pid = Integer.parseInt(text.substring(open + 1, mark));
        String file = file(text, mark);
        String name = file.startsWith(comm) ? file : comm;
        Clue clue = Clue.of(name).withName(Optional.of(name)).withPid(OptionalInt.of(pid));
        return Optional.of(new Finding(Source.KERNEL, place, clue, end, at, text));
    }

    /// The name of the file in which it happened; empty if it is not said.
    private static String file(String text, int mark) {
        int error = text.indexOf(" error", mark);
        int in = error < 0 ? -1 : text.indexOf(" in ", error);
        int bracket = text.lastIndexOf('[');
        return in < 0 || bracket < in + 4 ? "" : text.substring(in + 4, bracket);
    }
}
