package dev.stet.procfs;

import dev.stet.facts.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/// Names of the host's users, from `/etc/passwd` alone: to ask the name service could take a network's time. Read again
/// when it has changed. Safe for use by several threads.
public final class HostUsers {
    /// A hundred thousand users.
    private static final int MAX_BYTES = 16 << 20;

    private final Path passwd;
    private Stamp stamp;
    private Fact<Map<Integer, String>> names = Fact.notRead();

    /// What tells one version of the file from another.
    private record Stamp(Object file, FileTime modified, long size) {}

    /// @param passwd `/etc/passwd`, or a file that looks like it
    public HostUsers(Path passwd) {
        this.passwd = passwd;
    }

    /// The name of a user.
    ///
    /// @param uid unsigned
    /// @return absent if the file has no such user
    public synchronized Fact<String> name(int uid) {
        refresh();
        return switch (names) {
            case Fact.Known<Map<Integer, String>>(var known) ->
                known.containsKey(uid) ? Fact.of(known.get(uid)) : Fact.absent();
            case Fact.Absent<Map<Integer, String>> _, Fact.NotRead<Map<Integer, String>> _ -> Fact.absent();
            case Fact.Unreadable<Map<Integer, String>>(var why) -> Fact.unreadable(passwd + ": " + why);
        };
    }

    private void refresh() {
        try {
            var attributes = Files.readAttributes(passwd, BasicFileAttributes.class);
            Stamp now = new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            if (!now.equals(stamp)) {
                names = read();
                stamp = now;
            }
        } catch (IOException failed) {
            stamp = null;
            names = Fact.unreadable(Content.isGone(failed) ? "there is no such file" : Content.why(failed));
        }
    }

    private Fact<Map<Integer, String>> read() {
        return switch (Content.read(passwd, MAX_BYTES)) {
            case Content.Read(var bytes, var truncated) ->
                truncated ? Fact.unreadable("longer than " + MAX_BYTES + " bytes") : Fact.of(parse(bytes));
            case Content.Gone _ -> Fact.unreadable("there is no such file");
            case Content.Refused(var why) -> Fact.unreadable(why);
        };
    }

    /// Of a number that is there twice, the first name counts, as for getpwuid(3). Lines that make no sense, and those
    /// that stand for a name service, are left out.
    static Map<Integer, String> parse(byte[] bytes) {
        Map<Integer, String> names = new HashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            String[] fields = line.split(":", 4);
            boolean named = !fields[0].isEmpty() && "+-#".indexOf(fields[0].charAt(0)) < 0;
            if (fields.length == 4 && named && fields[2].matches("[0-9]{1,10}")) {
                long uid = Long.parseLong(fields[2]);
                if (uid <= 0xffff_ffffL) {
                    var ignored = names.putIfAbsent((int) uid, fields[0]);
                }
            }
        }
        return Map.copyOf(names);
    }
}
