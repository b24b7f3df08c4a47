package dev.stet.procfs;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of `/proc/uptime` (fs/proc/uptime.c): seconds since the start of the machine, then idle seconds.
final class Uptime {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})\\.([0-9]{2}) .*\\n?");

    private Uptime() {}

    static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Duration.ofSeconds(Long.parseLong(matcher.group(1))).plusMillis(10 * Long.parseLong(matcher.group(2)))
                : Duration.ZERO;
    }
}
