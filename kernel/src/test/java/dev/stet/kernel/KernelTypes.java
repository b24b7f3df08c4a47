package dev.stet.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The running kernel's structures and unions, from its BTF: an oracle for the offsets that Stet writes down.
final class KernelTypes {
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    /// Bytes behind the 12 of each type, by kind: fixed ones, and ones for each part.
    private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

    private static final int[] EACH = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

    private final ByteBuffer data;
    private final int strings;
    private final List<Integer> types = new ArrayList<>(List.of(0));

    KernelTypes() throws IOException {
        Path vmlinux = Path.of("/sys/kernel/btf/vmlinux");
        Needs.file(vmlinux);
        data = ByteBuffer.wrap(Files.readAllBytes(vmlinux)).order(ByteOrder.nativeOrder());
        int at = data.getInt(4) + data.getInt(8);
        int end = at + data.getInt(12);
        strings = data.getInt(4) + data.getInt(16);
        while (at < end) {
            types.add(at);
            at += 12 + FIXED[kind(at)] + (data.getInt(at + 4) & 0xffff) * EACH[kind(at)];
        }
    }

    private int kind(int at) {
        return data.getInt(at + 4) >>> 24 & 0x1f;
    }

    private String text(int at) {
        int end = strings + at;
        while (data.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - strings - at];
        data.get(strings + at, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /// Offset in bytes of a member of a member..., those of anonymous structures and unions being named
    /// directly: `offsetOf("bpf_attr", "link_create.uprobe_multi.path")`.
    int offsetOf(String type, String path) {
        for (int at : types) {
            if (at != 0
                    && (kind(at) == STRUCT || kind(at) == UNION)
                    && text(data.getInt(at)).equals(type)) {
                return find(at, List.of(path.split("\\.", -1)))
                        .orElseThrow(() -> new AssertionError(type + " has no " + path));
            }
        }
        throw new AssertionError("the kernel has no type " + type);
    }

    private OptionalInt find(int at, List<String> path) {
        if (path.isEmpty()) {
            return OptionalInt.of(0);
        }
        for (int i = 0; i < (data.getInt(at + 4) & 0xffff); i++) {
            int member = at + 12 + 12 * i;
            String name = text(data.getInt(member));
            if (name.equals(path.getFirst()) || name.isEmpty()) {
                int type = types.get(data.getInt(member + 4));
                OptionalInt inside = find(type, name.isEmpty() ? path : path.subList(1, path.size()));
                if (inside.isPresent()) {
                    return OptionalInt.of((data.getInt(member + 8) & 0xffffff) / 8 + inside.getAsInt());
                }
            }
        }
        return OptionalInt.empty();
    }
}
