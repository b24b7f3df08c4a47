package dev.stet.binary.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.DebugInfo;
import dev.stet.binary.Executable;
import dev.stet.binary.Tools;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Types of C and C++ in all versions of DWARF, compared with what the compiled program says of itself.
class TypesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc -gdwarf-2 -gstrict-dwarf",
                "gcc -gdwarf-3 -gstrict-dwarf",
                "gcc -gdwarf-4",
                "gcc -gdwarf-4 -fdebug-types-section",
                "gcc -gdwarf-5 -O2",
                "gcc -gdwarf-5 -fdebug-types-section",
                "gcc -gdwarf-5 -gdwarf64",
                "gcc -g -O2 -flto",
                "clang -gdwarf-2",
                "clang -gdwarf-4 -O2",
                "clang -gdwarf-5 -O2",
            })
    void membersAreWhereTheProgramHasThem(String compiler) throws IOException {
        Path file = Fixtures.compile(directory, compiler, Fixtures.C);
        Executable executable = Fixtures.parse(file);
        Type.Composite conn =
                (Type.Composite) executable.type("conn").orElseThrow().type();
        Map<String, String> found = new HashMap<>(Map.of("sizeof", conn.size() + " 0 0"));
        for (Type.Field field : conn.fields()) {
            found.put(field.name(), "%d %d %d".formatted(field.offset(), field.bitOffset(), field.bits()));
        }
        List<String> said = Tools.run(directory, "env", "./a.out");
        assertThat(said).hasSize(16);
        for (String line : said) {
            String name = line.substring(0, line.indexOf(' '));
            assertThat(name + " " + found.get(name)).isEqualTo(line);
        }
        assertThat(executable.debugInfo()).isInstanceOfSatisfying(DebugInfo.Present.class, info -> {
            assertThat(info.producer()).containsAnyOf("GNU", "clang");
            assertThat(info.version()).isBetween(2, 5);
        });
        shapes(conn);
        Type.Alias alias = (Type.Alias) executable.type("conn_t").orElseThrow().type();
        assertThat(alias.target()).isEqualTo(executable.type("conn").orElseThrow());
        assertThat(executable.type("connn")).isEmpty();
        assertThat(executable.type("onn")).isEmpty();
        assertThat(executable.type("")).isEmpty();
    }

    private static Type field(Type.Composite type, String name) throws IOException {
        for (Type.Field field : type.fields()) {
            if (field.name().equals(name)) {
                return field.type().type();
            }
        }
        throw new AssertionError(name);
    }

    private static void shapes(Type.Composite conn) throws IOException {
        assertThat(conn.kind()).isEqualTo(Type.Composite.Kind.STRUCT);
        Type.Array grid = (Type.Array) field(conn, "grid");
        assertThat(grid).returns(3L, Type.Array::count).returns(48L, Type.Array::size);
        assertThat(grid.element().type())
                .isInstanceOfSatisfying(
                        Type.Array.class,
                        row -> assertThat(row).returns(4L, Type.Array::count).returns(16L, Type.Array::size));
        assertThat(((Type.Array) field(conn, "tail")).count()).isLessThanOrEqualTo(0);
        Type.Pointer next = (Type.Pointer) field(conn, "next");
        assertThat(next.target().type().name()).isEqualTo("conn");
        Type.Pointer handler = (Type.Pointer) field(conn, "handler");
        Type.Callable code = (Type.Callable) handler.target().type();
        assertThat(code.parameters()).hasSize(2);
        assertThat(code.results()).hasSize(1);
        Type.Enumeration mode = (Type.Enumeration) field(conn, "mode");
        assertThat(mode.signed()).isTrue();
        assertThat(mode.constants())
                .containsExactly(new Type.Constant("OFF", 0), new Type.Constant("ON", 5), new Type.Constant("NEG", -7));
        assertThat(((Type.Composite) field(conn, "value")).kind()).isEqualTo(Type.Composite.Kind.UNION);
        assertThat(((Type.Composite) field(conn, "")).fields()).hasSize(2);
        Type.Pointer text = (Type.Pointer) field(conn, "text");
        assertThat(qualifiers(text.target())).isEqualTo("const volatile char");
    }

    private static String qualifiers(TypeRef type) throws IOException {
        return type.type() instanceof Type.Alias it && !it.qualifier().isEmpty()
                ? (it.qualifier() + " " + qualifiers(it.target())).replace("volatile const", "const volatile")
                : type.type().name();
    }

    private static final String CXX = """
            #include <string>
            namespace net { struct base { virtual ~base() {} int k; };
              template <class T> struct pair { T first, second; T sum() const { return first + second; } };
              class conn : public base { public: conn(int a, std::string n);
                int send(const std::string &s, std::string by_value, int &&r, conn *next) const;
                static int make(pair<float> p, pair<double> q, struct empty e); std::string name();
                enum class mode : unsigned char { A, B = 200 } m; static int count; int conn::*member;
                private: std::string n; };
              struct empty {}; int conn::count = 0; }
            namespace other { struct conn { char c; }; }
            #define OUT __attribute__((noinline))
            OUT net::conn::conn(int a, std::string s) : n(s) { k = a; }
            OUT int net::conn::send(const std::string &s, std::string b, int &&r, conn *next) const {
              return s.size() + b.size() + r + (next ? 1 : k); }
            OUT int net::conn::make(pair<float> p, pair<double> q, empty e) { return p.sum() + q.sum(); }
            OUT std::string net::conn::name() { return n + "x"; }
            template <class... A> OUT int pack(int a, A... as) { return a + (0 + ... + as); }
            int main(int n, char **v) { net::conn c(n, *v); other::conn o{}; return c.send(*v, *v, n + 1, &c)
              + net::conn::make({1, 2}, {3, 4}, {}) + c.name().size() + pack(n, 2L, 3.0) + o.c; }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "g++ -g -O0",
                "g++ -g -O2 -flto -fno-ipa-sra -fno-ipa-cp",
                "g++ -gdwarf-4 -O2 -fdebug-types-section",
                "clang++ -g -O2"
            })
    void cxx(String compiler) throws IOException {
        Executable executable = Fixtures.parse(Fixtures.compile(directory, compiler + " -std=c++17", CXX));

        String send = executable.functions().matching(it -> it.startsWith("_ZNK3net4conn4sendE")).stream()
                .map(it -> it.name())
                .findFirst()
                .orElseThrow();
        assertThat(Fixtures.text(Fixtures.signature(executable, send)).replace("[rdx+0]", "*rdx"))
                .isEqualTo("this rdi, s rsi, b *rdx, r rcx, next r8 -> rax");
        String name = executable
                .functions()
                .matching(it -> it.matches("_ZN3net4conn4nameB5cxx11Ev"))
                .getFirst()
                .name();
        assertThat(Fixtures.text(Fixtures.signature(executable, name))).isEqualTo("this rsi -> *rax");
        Type.Composite conn =
                (Type.Composite) executable.type("net::conn").orElseThrow().type();
        assertThat(conn.kind()).isEqualTo(Type.Composite.Kind.CLASS);
        assertThat(conn.fields().getFirst())
                .returns(true, Type.Field::inherited)
                .returns(0L, Type.Field::offset);
        assertThat(conn.fields().stream().map(Type.Field::name))
                .contains("m", "member", "n")
                .doesNotContain("count");
        Type.Composite other =
                (Type.Composite) executable.type("other::conn").orElseThrow().type();
        assertThat(other.size()).isEqualTo(1);
        assertThat(executable.type("nowhere::conn")).isEmpty();
        assertThat(executable.type("net::pair<float>").orElseThrow().type().size())
                .isEqualTo(8);
    }

    @Test
    void splitAndMissingAreAnswers() throws IOException {
        Executable split = Fixtures.parse(Fixtures.compile(directory, "gcc -gdwarf-5 -gsplit-dwarf -O1", Fixtures.C));
        assertThat(split.debugInfo())
                .isInstanceOfSatisfying(
                        DebugInfo.Split.class, it -> assertThat(it.file()).endsWith("a.dwo"));
        assertThat(split.signature(split.functions().named("serve").getFirst())).isEmpty();
        assertThat(split.type("conn")).isEmpty();
        Executable old = Fixtures.parse(Fixtures.compile(directory, "gcc -gdwarf-4 -gsplit-dwarf -O1", Fixtures.C));
        assertThat(old.debugInfo()).isInstanceOf(DebugInfo.Split.class);
        Executable none = Fixtures.parse(Fixtures.compile(directory, "gcc -O1", Fixtures.C));
        assertThat(none.debugInfo()).isInstanceOf(DebugInfo.Missing.class);
        assertThat(none.signature(none.functions().named("serve").getFirst())).isEmpty();
        assertThat(none.inlined("square")).isEmpty();
    }
}
