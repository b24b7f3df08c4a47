package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Shapes;
import dev.stet.probe.resolve.Stretch;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of running C and C++ programs: from their debug information over takes and bytes to what is shown.
class CppValuesTest {
    @TempDir
    Path directory;

    private static final String C = """
            #include <stdio.h>
            #include <stdint.h>
            #include <stdbool.h>
            enum state { IDLE, READY, BUSY = 7, LOST = -1 };
            enum mode { READ = 1, WRITE = 2, EXEC = 4 };
            typedef struct { int x; long y; } point;
            struct conn {
                int fd; const char *name; char *none; char *bad; unsigned char *text; uint8_t *data; void *any;
                enum state state; enum state lost; enum state odd; enum mode mode; enum mode odd_mode;
                unsigned a : 3; int b : 5; unsigned long long c : 40; bool on; char letter;
                signed char small; unsigned char big; float f; double d; long double ld;
                union { int i; float g; }; struct { short inner; };
                union { uint32_t whole; uint16_t half; } u;
                point p; char label[8]; char full[4]; uint8_t raw[4]; int numbers[20]; point points[2];
                int matrix[2][2]; __int128 wide; struct { struct { struct { int deep; } z; } y; } x; char rest[];
            };
            struct conn g = { 3, "main", 0, (char *) 8, (unsigned char *) "uns", 0, 0, READY, LOST, 5, READ | EXEC, 9,
                5, -3, 0x123456789aULL, true, 'q', -2, 200, 1.5f, -2.25, 1, { .i = 0x3f800000 }, { -7 },
                { 0x00020001 }, { 1, -1 }, "lab", "full", { 1, 2, 3, 4 }, { 1, 2, 3 }, { { 1, 2 }, { 3, 4 } },
                { { 1, 2 }, { 3, 4 } }, 5, { { { 9 } } } };
            int main(void) { printf("g %p\\nready\\n", (void *) &g); fflush(stdout); return getchar(); }
            """;

    @Test
    void structuresOfC() throws Exception {
        Path program = Target.build(directory, "c.c", C, "gcc", "-g", "-o", "PROGRAM", "SOURCE");
        try (Target target = Target.start(program)) {
            String shown = target.show("conn", "g");
            assertThat(shown)
                    .startsWith("conn{fd=3, name=\"main\", none=nil, bad=unreadable, text=\"uns\", data=nil, any=nil, ")
                    .contains("state=READY, lost=LOST, odd=5, mode=READ|EXEC, odd_mode=READ|0x8, ")
                    .contains("a=5, b=-3, c=78187493530, on=true, letter='q', small=-2, big=200, f=1.5f, d=-2.25, ")
                    .contains("ld=withheld: a floating-point number of 16 bytes, i=1065353216, g=1.0f, inner=-7, ")
                    .contains("u={whole=131073, half=1}, p=point{x=1, y=-1}, label=\"lab\", full=\"full\", ")
                    .contains("raw=b\"\1\2\3\4\", numbers=[1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]~20, ")
                    .contains("points=[point{x=1, y=2}, point{x=3, y=4}], matrix=[[1, 2], [3, 4]], ")
                    .contains("wide=b\"\5\0\0")
                    .endsWith("x={y=withheld: too deep}, rest=withheld: of unknown length}");
        }
    }

    private static final String CPP = """
            #include <cstdio>
            #include <map>
            #include <memory>
            #include <optional>
            #include <string>
            #include <string_view>
            #include <unordered_map>
            #include <vector>
            static std::string with_room() { std::string s; s.reserve(100); s += "spare"; return s; }
            namespace shop {
            enum class Kind : unsigned char { Small = 1, Large = 2 };
            struct Base { int id = 7; virtual ~Base() = default; };
            struct Order : Base {
                std::string small = "small", large = std::string(40, 'x'), huge = std::string(1000, 'y'), none;
                std::string spare = with_room();
                std::string_view view = "seen and cut"; std::vector<int> numbers{1, -2, 3};
                std::vector<std::string> names{"a", "bc"}; std::vector<char> chars{'h', 'i'};
                std::vector<unsigned char> bytes{1, 2}; std::vector<double> empty;
                std::vector<long> many = std::vector<long>(100, 5);
                std::unique_ptr<int> owned = std::make_unique<int>(1), freed; std::shared_ptr<int> shared = std::make_shared<int>(2);
                std::optional<int> maybe = 5, not_at_all; Kind kind = Kind::Large; Kind odd = Kind(3);
                std::map<int, int> tree{{1, 2}, {3, 4}}; std::unordered_map<int, int> hash{{1, 2}};
                const std::string &ref = small; const char16_t wide = u'\\u00e9';
                struct In { std::string s = "in"; std::string t = "t\\u00fcr"; } in;
            };
            }
            shop::Order g;
            int main() { printf("g %p\\nready\\n", (void *) &g); fflush(stdout); return getchar(); }
            """;

    @ParameterizedTest
    @CsvSource({"g++, 1, -O0", "g++, 0, -O0", "g++, 1, -gdwarf-4", "clang++, 1, -O0", "clang++, 0, -O2"})
    void libraryOfGnu(String compiler, int abi, String option) throws Exception {
        String define = "-D_GLIBCXX_USE_CXX11_ABI=" + abi;
        Path program = Target.build(
                directory, "a.cc", CPP, compiler, "-std=c++17", "-g", option, define, "-o", "PROGRAM", "SOURCE");
        try (Target target = Target.start(program)) {
            Probe.Limits limits = new Probe.Limits(1, 0, 64, 3, 0);
            assertThat(target.fields("shop::Order", "g", limits))
                    .containsAllEntriesOf(Map.ofEntries(
                            Map.entry("small", "\"small\""),
                            Map.entry("large", "\"" + "x".repeat(40) + "\""),
                            Map.entry("huge", "\"" + "y".repeat(64) + "\"~1000"),
                            Map.entry("none", "\"\""),
                            Map.entry("spare", "\"spare\""),
                            Map.entry("view", "\"seen and cut\""),
                            Map.entry("numbers", "[1, -2, 3]"),
                            Map.entry("names", "[\"a\", \"bc\"]"),
                            Map.entry("chars", "\"hi\""),
                            Map.entry("bytes", "b\"\1\2\""),
                            Map.entry("empty", "[]"),
                            Map.entry("many", "[5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]~100"),
                            Map.entry("owned", "@"),
                            Map.entry("freed", "nil"),
                            Map.entry("shared", "@"),
                            Map.entry("maybe", "5"),
                            Map.entry("not_at_all", "nil"),
                            Map.entry("kind", "Large"),
                            Map.entry("odd", "3"),
                            Map.entry("tree", "[]~2"),
                            Map.entry("hash", "[]~1"),
                            Map.entry("ref", "\"small\""),
                            Map.entry("wide", "'é'"),
                            Map.entry("in", "In{s=\"in\", t=\"tür\"}")));
            assertThat(target.show("shop::Order", "g")).startsWith("Order{id=7, small=\"small\", large=\"xxx");
            assertThat(target.length("shop::Order", "g", "huge")).isEqualTo(1000);
            assertThat(target.length("shop::Order", "g", "numbers")).isEqualTo(3);
            assertThat(target.length("shop::Order", "g", "tree")).isEqualTo(2);
            if (abi == 1) {
                assertThat(untyped(target, "none")).isEmpty();
                assertThat(untyped(target, "small")).isEqualTo("small");
                assertThat(untyped(target, "large")).isEqualTo("x".repeat(40));
            }
        }
    }

    private static String untyped(Target target, String field) {
        long offset = target.field("shop::Order", field).offset();
        Stretch text = Shapes.standardString(Word.of(target.address("g") + offset));
        Program program = new Program(target.memory(), Map.of());
        long address = program.value(text.address()).orElseThrow();
        int length = (int) program.value(text.length().orElseThrow()).orElseThrow();
        return new String(target.memory().read(address, length).orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
