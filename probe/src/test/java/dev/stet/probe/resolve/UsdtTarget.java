package dev.stet.probe.resolve;

import static org.junit.jupiter.api.Assertions.fail;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.probe.compile.Word;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A program stopped at a probe by gdb: its registers, memory, and what gdb says that expressions are.
final class UsdtTarget {
    private static final Map<String, Integer> OFFSETS = Map.ofEntries(
            Map.entry("r15", 0),
            Map.entry("r14", 8),
            Map.entry("r13", 16),
            Map.entry("r12", 24),
            Map.entry("rbp", 32),
            Map.entry("rbx", 40),
            Map.entry("r11", 48),
            Map.entry("r10", 56),
            Map.entry("r9", 64),
            Map.entry("r8", 72),
            Map.entry("rax", 80),
            Map.entry("rcx", 88),
            Map.entry("rdx", 96),
            Map.entry("rsi", 104),
            Map.entry("rdi", 112),
            Map.entry("rip", 128),
            Map.entry("rsp", 152));

    private static final Pattern REGISTER = Pattern.compile("([a-z0-9]+) +0x([0-9a-f]+) .*");
    private static final Pattern PRINTED = Pattern.compile("\\$\\d+ = (0x[0-9a-f]+|-?\\d+)");

    private final Map<Integer, Long> registers = new HashMap<>();
    private final Map<Long, ByteBuffer> memory = new HashMap<>();
    private final List<Long> printed = new ArrayList<>();

    /// Runs the program under gdb up to a probe.
    ///
    /// @param probe as gdb's `break -probe-stap` takes it
    /// @param expressions for gdb
    static UsdtTarget stop(Path program, String probe, List<String> expressions)
            throws IOException, InterruptedException {
        Path directory = program.getParent();
        Path stack = directory.resolve("stack.bin");
        Path data = directory.resolve("data.bin");
        List<String> command = new ArrayList<>(List.of("gdb", "-q", "-nx", "-batch"));
        List<String> steps = new ArrayList<>(List.of(
                "set confirm off",
                "set auto-load no",
                "set environment ROOM_ABOVE_THE_STACK " + "x".repeat(4096),
                "break -probe-stap " + probe,
                "run",
                "info registers",
                "dump binary memory " + stack + " $rsp-512 $rsp+2048",
                "dump binary memory " + data + " ((long)&data_begin&~4095) ((long)&data_begin&~4095)+8192",
                "print/x (unsigned long)$rsp-512",
                "print/x (long)&data_begin&~4095"));
        expressions.forEach(each -> steps.add("print/d (long)(" + each + ")"));
        steps.forEach(step -> command.addAll(List.of("-ex", step)));
        command.add(program.toString());
        UsdtTarget target = new UsdtTarget();
        String output = run(directory, command);
        output.lines().forEach(target::read);
        if (target.printed.size() != expressions.size() + 2) {
            fail("gdb printed " + target.printed.size() + " of " + expressions.size() + ": " + output);
        }
        target.memory.put(target.printed.removeFirst(), bytes(stack));
        target.memory.put(target.printed.removeFirst(), bytes(data));
        return target;
    }

    private static ByteBuffer bytes(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void read(String line) {
        Matcher register = REGISTER.matcher(line);
        if (register.matches() && OFFSETS.containsKey(register.group(1))) {
            registers.put(OFFSETS.get(register.group(1)), Long.parseUnsignedLong(register.group(2), 16));
        }
        Matcher value = PRINTED.matcher(line);
        if (value.matches()) {
            String text = value.group(1);
            printed.add(text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text));
        }
    }

    /// What gdb says of the expressions, in their order.
    List<Long> printed() {
        return List.copyOf(printed);
    }

    /// What the word is here.
    long value(Word word) {
        return switch (word) {
            case Word.Constant(long value) -> value;
            case Word.Register(int offset) -> registers.get(offset);
            case Word.Load(Word address, int bytes, boolean signed) -> load(value(address), bytes, signed);
            case Word.Calculation(var operator, Word left, Word right) ->
                calculate(operator, value(left), value(right));
            case Word.Both _, Word.Either _, Word.Choice _, Word.Saved _, Word.Latency _ -> throw new AssertionError();
            case Word.ProcessId _, Word.ThreadId _, Word.Cookie _ -> throw new AssertionError();
        };
    }

    private static long calculate(Word.Operator operator, long left, long right) {
        if (operator == Word.Operator.ADD) {
            return left + right;
        }
        if (operator == Word.Operator.AND) {
            return left & right;
        }
        if (operator == Word.Operator.SHIFT_LEFT) {
            return left << right;
        }
        if (operator == Word.Operator.SHIFT_RIGHT_SIGNED) {
            return left >> right;
        }
        if (operator == Word.Operator.SHIFT_RIGHT_UNSIGNED) {
            return left >>> right;
        }
        throw new AssertionError(operator);
    }

    private long load(long address, int bytes, boolean signed) {
        for (var area : memory.entrySet()) {
            long at = address - area.getKey();
            if (at >= 0 && at + bytes <= area.getValue().capacity()) {
                ByteBuffer from = area.getValue();
                return switch (bytes) {
                    case 1 -> signed ? from.get((int) at) : from.get((int) at) & 0xff;
                    case 2 -> signed ? from.getShort((int) at) : from.getShort((int) at) & 0xffff;
                    case 4 -> signed ? from.getInt((int) at) : from.getInt((int) at) & 0xffffffffL;
                    default -> from.getLong((int) at);
                };
            }
        }
        throw new AssertionError("no memory at " + Long.toHexString(address));
    }

    static Executable compile(Path directory, String name, String source, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of(
                "-o",
                directory.resolve(name).toString(),
                Files.writeString(directory.resolve(name + ".c"), source).toString()));
        var ignored = run(directory, command);
        return parse(directory.resolve(name));
    }

    static Executable parse(Path path) throws IOException {
        return Executable.parse(ByteSource.of(Files.readAllBytes(path)));
    }

    static void need(boolean there, String what) {
        if (!there && "true".equals(System.getenv("CI"))) {
            fail("needs " + what);
        }
        Assumptions.assumeTrue(there, "needs " + what);
    }

    private static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        need(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, command.getFirst()))),
                "the tool " + command.getFirst());
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            fail(String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
