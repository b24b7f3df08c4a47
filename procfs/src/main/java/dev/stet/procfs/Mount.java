package dev.stet.procfs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A mount, as a line of `/proc/PID/mountinfo` has it.
///
/// @param device `major:minor` of the file system
/// @param root the directory of the file system that is mounted
/// @param point where, as the process sees it
record Mount(String device, String root, String point) {
    /// What the kernel escapes in paths (fs/proc_namespace.c: `seq_path(m, ..., " \t\n\\")`).
    private static final String ESCAPED = " \t\n\\#";
    /// Most mounts of one file system that a path is looked for in.
    private static final int MAX_CANDIDATES = 64;

    static Optional<Mount> parse(byte[] line, int length) {
        LineCursor cursor = new LineCursor(line, length);
        String id = cursor.word();
        String parent = cursor.word();
        Mount mount = new Mount(cursor.word(), unescaped(cursor.word()), unescaped(cursor.word()));
        boolean whole = !id.isEmpty() && !parent.isEmpty() && mount.device.contains(":");
        return whole && mount.root.startsWith("/") && mount.point.startsWith("/")
                ? Optional.of(mount)
                : Optional.empty();
    }

    private static String unescaped(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
        return LineCursor.unescaped(bytes, 0, bytes.length, ESCAPED);
    }

    /// The mount that a path leads into: of several at one place, the last.
    static Optional<Mount> of(String path, List<Mount> mounts) {
        Mount found = null;
        for (Mount each : mounts) {
            if (within(path, each.point) && (found == null || each.point.length() >= found.point.length())) {
                found = each;
            }
        }
        return Optional.ofNullable(found);
    }

    /// Under which path a file of one set of mounts is found among others. By text alone: to ask a file system would be
    /// to walk paths of a target's making.
    ///
    /// @param path that leads into `this`
    /// @param ours the other mounts, in the order of mountinfo
    /// @return empty if the file is not to be seen there, or something is mounted over it
    Optional<String> translate(String path, List<Mount> ours) {
        String inside = join(root, below(path, point));
        return IntStream.range(0, ours.size())
                .filter(i -> ours.get(i).device.equals(device) && within(inside, ours.get(i).root))
                .limit(MAX_CANDIDATES)
                .mapToObj(i -> {
                    String there = join(ours.get(i).point, below(inside, ours.get(i).root));
                    return of(there, ours)
                            .filter(top -> top.equals(ours.get(i)))
                            .map(_ -> there);
                })
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean within(String path, String directory) {
        return directory.equals("/")
                || (path.startsWith(directory)
                        && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
    }

    private static String below(String path, String directory) {
        return directory.equals("/") ? path : path.substring(directory.length());
    }

    private static String join(String directory, String below) {
        return directory.equals("/") && !below.isEmpty() ? below : directory + below;
    }
}
