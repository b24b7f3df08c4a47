package dev.stet.procfs;

import dev.stet.facts.Fact;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `/proc/PID/environ` (proc_pid_environ(5)): `NAME=VALUE`, each with a NUL behind it, as the program was started
/// with it. What a program changes later is not there, unless it wrote over this very memory.
final class Environment {
    /// Longest environment read, in bytes. The kernel gives arguments and environment together a quarter of the stack's
    /// limit, which is 2 MiB as a rule.
    static final int MAX_BYTES = 1 << 20;
    /// Most variables kept. Kubernetes makes seven of each service of a namespace.
    static final int MAX_VARIABLES = 20_000;

    /// `/proc/PID/stat` (proc_pid_stat(5)), field 50: where the environment begins; 0 in the midst of an exec.
    private static final int ENV_START = 50;
    /// Where the kernel has put the code, the stack, the arguments and the environment at the last exec.
    private static final int[] PLACES = {26, 28, 48, 49, ENV_START, 51};

    private Environment() {}

    /// Names and values are decoded as UTF-8, with U+FFFD for what is not; of a name that is there twice, the first
    /// counts, as for getenv(3). What has no name or no `=` is no variable.
    ///
    /// @param bytes all of it, not empty
    /// @return unreadable if there are too many, or a title was written over them: then what is missing
    ///     proves nothing
    static Fact<Map<String, String>> parse(byte[] bytes) {
        Map<String, String> variables = new LinkedHashMap<>();
        int from = 0;
        for (int at = 0; at <= bytes.length; at++) {
            if (at < bytes.length && bytes[at] != 0) {
                continue;
            }
            int equals = equalsSign(bytes, from, at);
            if (from == 0 && equals < 0) {
                return Fact.unreadable("the process has written something else over it");
            }
            if (equals > from) {
                if (variables.size() == MAX_VARIABLES) {
                    return Fact.unreadable("more than " + MAX_VARIABLES + " variables");
                }
                variables.putIfAbsent(text(bytes, from, equals), text(bytes, equals + 1, at));
            }
            from = at + 1;
        }
        return Fact.of(Collections.unmodifiableMap(variables));
    }

    /// Does a process that shows no environment have an empty one, rather than none yet?
    ///
    /// @param stat all of `/proc/PID/stat`
    static boolean isSet(byte[] stat) {
        return !field(fields(stat), ENV_START).equals("0");
    }

    /// Where an exec has put things, which is somewhere else each time: two processes of the same places were made by
    /// forks of one that has executed, and have executed nothing since.
    ///
    /// @param stat all of `/proc/PID/stat`
    /// @return empty if the kernel does not tell
    static Optional<List<String>> places(byte[] stat) {
        String[] fields = fields(stat);
        List<String> places =
                Arrays.stream(PLACES).mapToObj(number -> field(fields, number)).toList();
        return places.contains("0") ? Optional.empty() : Optional.of(places);
    }

    private static String[] fields(byte[] stat) {
        String text = new String(stat, StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    /// @return "0" if there is none
    private static String field(String[] fields, int number) {
        int index = number - 3; // field 3 is the first behind the name
        return fields.length > index ? fields[index] : "0";
    }

    private static int equalsSign(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == '=') {
                return at;
            }
        }
        return -1;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
