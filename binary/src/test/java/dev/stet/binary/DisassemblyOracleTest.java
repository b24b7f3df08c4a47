package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every exit must be a `ret` or `jmp` of objdump's, and every `ret` of objdump's an exit.
class DisassemblyOracleTest {
    private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\\t(.*)");
    private static final Pattern RETURN = Pattern.compile("(?:(?:repz|bnd|rex\\S*) )*ret(?:q|w)?(?: .*)?");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
                "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
            })
    void exitsAreThoseOfObjdump(String library) throws IOException {
        Path path = Tools.needFile(library);
        NavigableMap<Long, String> code = disassemble(path);
        Executable executable = Tools.parse(path);
        long before = System.nanoTime();
        List<Function> functions = executable.functions().matching(_ -> true);
        long listed = System.nanoTime();
        List<Exits> exits = new ArrayList<>();
        for (Function function : functions) {
            exits.add(executable.exits(function));
        }
        long swept = System.nanoTime();
        int unknown = 0;
        for (int i = 0; i < functions.size(); i++) {
            switch (exits.get(i)) {
                case Exits.Sites(var sites, var _) -> compare(executable, functions.get(i), sites, code);
                case Exits.Unknown(var why) -> {
                    unknown++;
                    System.out.println("unknown: " + functions.get(i).name() + ": " + why);
                }
            }
        }
        System.out.printf(
                "%s: %d functions in %d ms, exits of all in %d ms, %d unknown%n",
                path.getFileName(),
                functions.size(),
                (listed - before) / 1_000_000,
                (swept - listed) / 1_000_000,
                unknown);
        // Hand-written assembly with tables among the code is all that may be refused.
        assertThat(unknown).as("functions refused").isLessThan(20 + functions.size() / 100);
    }

    private static void compare(
            Executable executable, Function function, List<Exit> exits, NavigableMap<Long, String> code) {
        List<Long> returns = new ArrayList<>();
        for (Exit exit : exits) {
            long address = function.virtualAddress() + exit.fileOffset() - function.fileOffset();
            String instruction = code.get(address);
            assertThat(instruction)
                    .as("%s: exit at %x", function.name(), address)
                    .isNotNull();
            if (exit.kind() == Exit.Kind.RETURN) {
                assertThat(isReturn(instruction)).as(instruction).isTrue();
                if (address - function.virtualAddress() >= 0 && address - function.virtualAddress() < function.size()) {
                    returns.add(address);
                }
            } else {
                assertThat(instruction).startsWith("j");
            }
        }
        List<Long> expected =
                code.subMap(function.virtualAddress(), function.virtualAddress() + function.size()).entrySet().stream()
                        .filter(e -> isReturn(e.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        Collections.sort(returns);
        assertThat(returns).as(function.name()).isEqualTo(expected);
        assertThat(executable.fileOffsetOf(function.virtualAddress())).hasValue(function.fileOffset());
    }

    private static boolean isReturn(String instruction) {
        return RETURN.matcher(instruction.strip()).matches();
    }

    private static NavigableMap<Long, String> disassemble(Path path) {
        NavigableMap<Long, String> code = new TreeMap<>();
        for (String line : Tools.run(Path.of("/"), "objdump", "-d", "-w", "--no-show-raw-insn", path.toString())) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                code.put(Long.parseLong(matcher.group(1), 16), matcher.group(2));
            }
        }
        return code;
    }
}
