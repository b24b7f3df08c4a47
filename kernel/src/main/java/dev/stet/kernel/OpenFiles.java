package dev.stet.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many descriptors this process may have (proc_pid_limits(5)). The JVM raises the soft limit to the hard one.
public final class OpenFiles {
    private static final Pattern LINE = Pattern.compile("Max open files\\s+(\\d{1,10}|unlimited)\\s.*");

    private OpenFiles() {}

    /// The soft limit.
    ///
    /// @throws IOException if the kernel does not say
    public static int limit() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String limit = matcher.group(1);
                return limit.equals("unlimited")
                        ? Integer.MAX_VALUE
                        : (int) Math.min(Long.parseLong(limit), Integer.MAX_VALUE);
            }
        }
        throw new IOException("/proc/self/limits has no limit of open files");
    }
}
