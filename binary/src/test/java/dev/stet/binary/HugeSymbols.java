package dev.stet.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program with millions of symbols that is nowhere stored: each byte is computed when it is read. Also the
/// main class of the small JVM in which [HugeSymbolsTest] reads it.
final class HugeSymbols implements ByteSource {
    private static final int SYMBOL = 24;
    private static final long SYMBOLS_AT = 4096;
    private static final long CODE_BYTES = 1L << 30;

    private final int count;
    private final int functions;
    private final int nameBytes;
    private final Shape shape;
    private final long stringsAt;
    private final long stringsBytes;
    private final byte[] head;

    /// What is hard about it.
    enum Shape {
        /// Names in the order of symbols.
        PLAIN,
        /// Neither names nor addresses are in any order.
        SCATTERED,
        /// All functions are at one place, and a second table has them again.
        ONE_PLACE,
        /// Each name is the end of the one before, and they have no end.
        OVERLAPPING
    }

    /// @param functions how many of the symbols are; the others are data
    HugeSymbols(int count, int functions, int nameBytes, Shape shape) {
        this.count = count;
        this.functions = functions;
        this.nameBytes = nameBytes;
        this.shape = shape;
        this.stringsAt = SYMBOLS_AT + (long) count * SYMBOL;
        this.stringsBytes = (long) count * nameBytes + 1;
        this.head = head();
    }

    private byte[] head() {
        ByteBuffer b = ByteBuffer.allocate((int) SYMBOLS_AT).order(ByteOrder.LITTLE_ENDIAN);
        b.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        b.position(16);
        b.putShort((short) 3)
                .putShort((short) 62)
                .putInt(1)
                .putLong(0)
                .putLong(64)
                .putLong(256)
                .putInt(0);
        b.putShort((short) 64)
                .putShort((short) 56)
                .putShort((short) 1)
                .putShort((short) 64)
                .putShort((short) 4);
        b.putShort((short) 0);
        b.position(64);
        b.putInt(1)
                .putInt(5)
                .putLong(0)
                .putLong(0)
                .putLong(0)
                .putLong(CODE_BYTES)
                .putLong(CODE_BYTES)
                .putLong(4096);
        section(b, 1, 2, SYMBOLS_AT, (long) count * SYMBOL, 2);
        section(b, 2, 3, stringsAt, stringsBytes, 0);
        section(b, 3, shape == Shape.ONE_PLACE ? 11 : 1, SYMBOLS_AT, (long) count * SYMBOL, 2);
        return b.array();
    }

    private static void section(ByteBuffer b, int index, int type, long offset, long size, int link) {
        b.position(256 + 64 * index);
        b.putInt(0)
                .putInt(type)
                .putLong(0)
                .putLong(0)
                .putLong(offset)
                .putLong(size)
                .putInt(link)
                .putInt(0);
        b.putLong(1).putLong(SYMBOL);
    }

    @Override
    public long size() {
        return Math.max(CODE_BYTES, stringsAt + stringsBytes);
    }

    @Override
    public int read(long at, byte[] into, int offset, int length) {
        int done = 0;
        while (done < length && at + done < size()) {
            long here = at + done;
            if (here < SYMBOLS_AT) {
                into[offset + done++] = head[(int) here];
            } else if (here < stringsAt) {
                done += symbols(here - SYMBOLS_AT, into, offset + done, length - done);
            } else if (here < stringsAt + stringsBytes) {
                done += strings(here - stringsAt, into, offset + done, length - done);
            } else {
                into[offset + done++] = 0;
            }
        }
        return done;
    }

    private int symbols(long at, byte[] into, int offset, int length) {
        int done = 0;
        byte[] one = new byte[SYMBOL];
        ByteBuffer b = ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN);
        while (done < length && at + done < (long) count * SYMBOL) {
            int index = (int) ((at + done) / SYMBOL);
            int in = (int) ((at + done) % SYMBOL);
            int spread = shape == Shape.SCATTERED ? (int) (index * 7_368_787L % count) : index;
            long name = shape == Shape.OVERLAPPING ? 1 + index : 1 + (long) spread * nameBytes;
            boolean function = index % Math.max(1, count / functions) == 0;
            long address = shape == Shape.ONE_PLACE ? 8192 : 8192 + (long) spread * 16;
            b.clear();
            b.putInt((int) name).put((byte) (function ? 2 : 1)).put((byte) 0).putShort((short) 1);
            b.putLong(address).putLong(16);
            int bytes = Math.min(SYMBOL - in, length - done);
            System.arraycopy(one, in, into, offset + done, bytes);
            done += bytes;
        }
        return done;
    }

    private int strings(long at, byte[] into, int offset, int length) {
        int bytes = (int) Math.min(length, stringsBytes - at);
        int done = 0;
        if (at == 0 && bytes > 0) {
            into[offset] = 0;
            done = 1;
        }
        byte[] one = new byte[nameBytes];
        while (done < bytes) {
            long place = at + done - 1;
            int in = (int) (place % nameBytes);
            fill(one, (int) (place / nameBytes));
            int here = Math.min(nameBytes - in, bytes - done);
            System.arraycopy(one, in, into, offset + done, here);
            done += here;
        }
        return bytes;
    }

    /// The number of the name, in digits from the last to the first, then filling.
    private void fill(byte[] name, int number) {
        if (name[nameBytes - 2] == 0) {
            java.util.Arrays.fill(name, (byte) 'n');
            name[nameBytes - 1] = (byte) (shape == Shape.OVERLAPPING ? 'x' : 0);
        }
        for (int in = 0; in < 8; in++) {
            name[in] = (byte) ('a' + ((number >> (4 * in)) & 15));
        }
    }

    String name(int number) {
        StringBuilder name = new StringBuilder();
        for (int in = 0; in < nameBytes - 1; in++) {
            name.append(in < 8 ? (char) ('a' + ((number >> (4 * in)) & 15)) : 'n');
        }
        return name.toString();
    }

    /// Prints what each question took, in milliseconds.
    public static void main(String[] args) throws Exception {
        HugeSymbols file = new HugeSymbols(
                Integer.parseInt(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Shape.valueOf(args[3]));
        long start = nanos();
        Executable executable = Executable.parse(file);
        FunctionTable table;
        try {
            table = executable.functions();
        } catch (BinaryException refused) {
            System.out.printf(Locale.ROOT, "refused %d %s%n", millis(start), refused.getMessage());
            return;
        }
        System.out.printf(Locale.ROOT, "table %d %d%n", millis(start), table.size());
        ask("language", () -> executable.language().toString());
        ask("named", () -> "" + table.named(file.name(0)).size());
        ask("closest", () -> "" + table.closest("nothing-like-it", 5).size());
        ask("find", () -> "" + table.find("ns::nothing").size());
        ask("forEach", () -> {
            long[] sum = {0};
            table.forEach(s -> sum[0] += s.function().name().length());
            return "" + sum[0];
        });
    }

    private interface Question {
        String ask() throws Exception;
    }

    private static void ask(String name, Question question) throws Exception {
        long start = nanos();
        String answer;
        try {
            answer = question.ask();
        } catch (BinaryException refused) {
            answer = refused.getMessage();
        }
        System.out.printf(Locale.ROOT, "%s %d %s%n", name, millis(start), answer);
    }

    private static long nanos() {
        return System.nanoTime();
    }

    private static long millis(long start) {
        return (nanos() - start) / 1_000_000;
    }

    /// Runs [#main] in a JVM with 64 MB of heap.
    static List<String> command(String... args) {
        String java = System.getProperty("java.home") + "/bin/java";
        List<String> all = new ArrayList<>(List.of("env", java, "-Xmx64m", "-XX:+UseSerialGC", "-cp", classPath()));
        all.add(HugeSymbols.class.getName());
        all.addAll(List.of(args));
        return all;
    }

    /// Where the classes are, also if Maven has put them on the module path.
    private static String classPath() {
        return Stream.of(HugeSymbols.class, Executable.class, dev.stet.facts.Function.class)
                .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(":"));
    }
}
