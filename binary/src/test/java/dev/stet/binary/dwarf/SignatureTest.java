package dev.stet.binary.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Executable;
import dev.stet.binary.Inlined;
import dev.stet.binary.Location;
import dev.stet.binary.Signature;
import dev.stet.binary.Tools;
import dev.stet.binary.Type;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What functions take and give, as compilers of several languages write it down.
class SignatureTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc -gdwarf-2 -O0",
                "gcc -gdwarf-3 -O2",
                "gcc -gdwarf-4 -O2",
                "gcc -gdwarf-5 -O3",
                "gcc -g -O2 -flto -fno-ipa-sra -fno-ipa-cp -fno-inline",
                "gcc -gdwarf-5 -O2 -fdebug-types-section",
                "clang -gdwarf-4 -O0",
                "clang -gdwarf-5 -O2",
            })
    void ofC(String compiler) throws IOException {
        Executable executable = Fixtures.parse(Fixtures.compile(directory, compiler, Fixtures.C));
        Signature serve = Fixtures.signature(executable, "serve");
        assertThat(Fixtures.text(serve))
                .startsWith("c rdi, s rsi, w xmm0, by_value ")
                .endsWith(" -> rax");
        assertThat(serve.source()).isEqualTo("a.c:25");
        assertThat(serve.parameters().get(0).type().type().name()).isEqualTo("");
        Type.Pointer first = (Type.Pointer) serve.parameters().getFirst().type().type();
        assertThat(first.target().type().name()).isEqualTo("conn_t");
        Signature print = Fixtures.signature(executable, "print");
        assertThat(print.variadic()).isTrue();
        assertThat(Fixtures.text(print)).isEqualTo("format rdi ... -> rax");
        for (Function function : executable.functions().matching(it -> it.startsWith("cloned"))) {
            Signature cloned = executable.signature(function).orElseThrow();
            assertThat(cloned.parameters().stream().map(Signature.Parameter::name))
                    .as(function.name())
                    .containsExactly("a", "constant", "p");
            if (function.name().contains(".constprop")) {
                assertThat(Fixtures.text(cloned)).startsWith("a rdi, constant ").contains("=7");
            }
        }
    }

    /// GCC takes small structures apart, and does not say where they were if nothing of them is used: whoever calls
    /// from outside passes them all the same. A static function is its compiler's own.
    @ParameterizedTest
    @ValueSource(strings = {"gcc -g -O1", "gcc -g -O2", "gcc -g -O3", "g++ -g -O2"})
    void ofStructuresByValue(String compiler) throws IOException {
        Executable executable = Fixtures.parse(Fixtures.compile(directory, compiler, """
                struct addr { int port; const char *host; };
                volatile long sink;
                #ifdef __cplusplus
                extern "C" {
                #endif
                __attribute__((noinline)) long used(struct addr a, int more) { sink = more; return a.port + a.host[0]; }
                __attribute__((noinline)) long partly(struct addr a, int more) { sink = more; return a.port; }
                __attribute__((noinline)) long unused(struct addr a, int more) { return more; }
                __attribute__((noinline)) static long inner(struct addr a, int more) { return more + sink; }
                #ifdef __cplusplus
                }
                #endif
                int main(int n, char **v) {
                    struct addr a = {n + 80, v[0]};
                    return used(a, n) + partly(a, n) + unused(a, n) + inner(a, n);
                }
                """));
        for (String name : List.of("used", "partly", "unused")) {
            Signature.Parameter first =
                    Fixtures.signature(executable, name).parameters().getFirst();
            assertThat(first.location())
                    .as(name)
                    .isInstanceOfSatisfying(
                            Location.Pieces.class,
                            pieces -> assertThat(pieces.pieces().toString()).contains("rdi", "rsi"));
        }
        for (Function function : executable.functions().matching(it -> it.startsWith("inner"))) {
            assertThat(executable
                            .signature(function)
                            .orElseThrow()
                            .parameters()
                            .getFirst()
                            .location())
                    .as(function.name())
                    .isNotInstanceOf(Location.Pieces.class);
        }
    }

    /// What is passed on aarch64, by the types; where GCC's lists say it too, by them.
    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O2"})
    void ofCOnAarch64(String level) throws IOException {
        Executable executable =
                Fixtures.parse(Fixtures.compile(directory, "aarch64-linux-gnu-gcc -static -g " + level, """
                struct two { float x, y; }; struct big { long a[5]; }; struct mix { double d; long l; }; int g;
                __attribute__((noipa)) long take(int a, struct two t, struct big b, struct mix m, __int128 w, double d,
                    long l, long on_stack) { g += a + t.y + b.a[1] + m.l + w + d; return l + on_stack; }
                __attribute__((noipa)) struct two give(struct two t) { t.x += t.y; return t; }
                int main(int n, char **v) { struct big b = {{n}}; struct two t = {n, n}; struct mix m = {n, n};
                    return take(n, t, b, m, n, n, n, n) + give(t).x; }
                """));
        assertThat(Fixtures.text(Fixtures.signature(executable, "take")).replace("[x1+0]", "*x1"))
                .isEqualTo("a x0, t {v0 v1}, b *x1, m {x2 x3}, w {x4 x5}, d v2, l x6, on_stack x7 -> x0");
        assertThat(Fixtures.text(Fixtures.signature(executable, "give"))).isEqualTo("t {v0 v1} -> {v0 v1}");
    }

    /// By readelf's count of the same entries.
    @ParameterizedTest
    @ValueSource(strings = {"gcc -gdwarf-4 -O2", "clang -gdwarf-5 -O2"})
    void inlinedCopies(String compiler) throws IOException {
        Executable executable = Fixtures.parse(Fixtures.compile(directory, compiler, Fixtures.C));
        List<Inlined> copies = executable.inlined("square");
        long said = Tools.run(directory, "readelf", "--debug-dump=info", "a.out").stream()
                .filter(it -> it.contains("(DW_TAG_inlined_subroutine)"))
                .count();
        assertThat(copies).hasSize((int) said).isNotEmpty();
        for (Inlined copy : copies) {
            assertThat(copy.name()).isEqualTo("square");
            assertThat(copy.into().name()).isIn("serve", "main");
            assertThat(copy.virtualAddress() - copy.into().virtualAddress())
                    .isBetween(0L, copy.into().size());
        }
        assertThat(executable.inlined("cube")).isEmpty();
    }

    private static final String GO = """
            package main

            import ("fmt"; "net/http"; "os")

            type pt struct{ X, Y int }
            type emb struct { pt; name string; m map[string]int; ch chan int; fn func(int) (bool, error); e interface{} }

            //go:noinline
            func F1(a int, s string, b []byte, f float64, e error, ok bool) (int, error) {
                fmt.Println(a, s, b, f, e, ok); return a, e }
            //go:noinline
            func (p *emb) M(x pt, arr [2]int, one [1]string, c complex128) (r pt, s string) {
                fmt.Println(p, x, arr, one, c); return x, p.name }
            //go:noinline
            func Many(a, b, c, d, e, f, g, h, i, j int, s string, x float32) (n, m int, q [2]int) {
                fmt.Println(a, b, c, d, e, f, g, h, i, j, s, x); return a + j, b, q }
            //go:noinline
            func H(w http.ResponseWriter, r *http.Request, z struct{}, k uint8) { fmt.Fprintln(w, r, z, k) }
            func main() {
                F1(1, "a", nil, 2, nil, true); e := &emb{}; e.M(pt{1, 2}, [2]int{}, [1]string{"x"}, 1i)
                Many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "s", 1); H(nil, nil, struct{}{}, byte(len(os.Args)))
                GENERIC
            }
            """;

    private Executable go(String version, boolean generic) throws IOException {
        String go = "/usr/lib/go-" + version + "/bin/go";
        Tools.needFile(go);
        String source = GO.replace("GENERIC", generic ? "Gen(1, []int{2})" : "")
                + (generic
                        ? "//go:noinline\nfunc Gen[T ~int | ~int8](a T, b []T) T { fmt.Println(a, b); return a }\n"
                        : "");
        Files.writeString(directory.resolve("main.go"), source);
        Files.writeString(directory.resolve("go.mod"), "module x\ngo " + (generic ? "1.18" : "1.15") + "\n");
        Tools.run(
                directory,
                "env",
                "GOTOOLCHAIN=local",
                go,
                "build",
                "-ldflags=-compressdwarf=false",
                "-o",
                "a.out",
                ".");
        return Fixtures.parse(directory.resolve("a.out"));
    }

    /// Builds net/http: some seconds each, from Go's cache.
    @ParameterizedTest
    @CsvSource({"1.19", "1.22", "1.24", "1.26"})
    void ofGoInRegisters(String version) throws IOException {
        Executable executable = go(version, true);
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.F1")))
                .isEqualTo("a rax, s {rbx rcx}, b {rdi rsi r8}, f xmm0, e {r9 r10}, ok r11 -> rax, {rbx rcx}");
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.(*emb).M")))
                .isEqualTo("p rax, x {rbx rcx}, arr [rsp+8], one {rdi rsi}, c {xmm0 xmm1} -> r {rax rbx}, s {rcx rdi}");
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.Many")))
                .isEqualTo("a rax, b rbx, c rcx, d rdi, e rsi, f r8, g r9, h r10, i r11, j [rsp+8], s [rsp+16], x xmm0"
                        + " -> n rax, m rbx, q [rsp+32]");
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.H")))
                .isEqualTo("w {rax rbx}, r rcx, z absent, k rdi");
        Function generic = executable
                .functions()
                .matching(it -> it.startsWith("main.Gen["))
                .getFirst();
        assertThat(Fixtures.text(executable.signature(generic).orElseThrow()))
                .as("behind the dictionary")
                .isEqualTo("a rbx, b {rcx rdi rsi} -> rax");
        kinds(executable);
        everyListAgrees(executable);
    }

    private static void kinds(Executable executable) throws IOException {
        Type.Composite emb =
                (Type.Composite) executable.type("main.emb").orElseThrow().type();
        assertThat(emb.fields().stream().map(Type.Field::name)).containsExactly("pt", "name", "m", "ch", "fn", "e");
        assertThat(emb.fields().getFirst().inherited()).isTrue();
        assertThat(emb.fields().get(1).type().type())
                .isInstanceOfSatisfying(
                        Type.Composite.class, it -> assertThat(it.kind()).isEqualTo(Type.Composite.Kind.STRING));
        assertThat(pointer(emb, 2)).isEqualTo(Type.Pointer.Kind.MAP);
        assertThat(pointer(emb, 3)).isEqualTo(Type.Pointer.Kind.CHANNEL);
        Type.Composite request = (Type.Composite)
                executable.type("net/http.Request").orElseThrow().type();
        assertThat(request.fields().getFirst())
                .returns("Method", Type.Field::name)
                .returns(0L, Type.Field::offset);
    }

    private static Type.Pointer.Kind pointer(Type.Composite type, int field) throws IOException {
        return ((Type.Pointer) type.fields().get(field).type().type()).kind();
    }

    /// Of all functions of the program, where the compiler's lists say where parameters are.
    private static void everyListAgrees(Executable executable) throws IOException {
        int parameters = 0;
        int unknown = 0;
        for (Function function : executable.functions().matching(_ -> true)) {
            if (executable.signature(function).isEmpty()) {
                continue;
            }
            for (Signature.Parameter each : executable.signature(function).get().parameters()) {
                unknown += Fixtures.text(each.location()).contains("unknown") ? 1 : 0;
                parameters++;
            }
        }
        assertThat(parameters).isGreaterThan(2000);
        // Calls of C, by cgo, and one function of package net in 1.19.
        assertThat(unknown).isLessThanOrEqualTo(4);
    }

    @Test
    void ofGoOnTheStack() throws IOException {
        Executable executable = go("1.15", false);
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.F1")))
                .isEqualTo("a [rsp+8], s [rsp+16], b [rsp+32], f [rsp+56], e [rsp+64], ok [rsp+80]"
                        + " -> [rsp+88], [rsp+96]");
        assertThat(Fixtures.text(Fixtures.signature(executable, "main.(*emb).M")))
                .isEqualTo("p [rsp+8], x [rsp+16], arr [rsp+32], one [rsp+48], c [rsp+64] -> r [rsp+80], s [rsp+96]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C debuginfo=2", "-C debuginfo=2 -C dwarf-version=5", "-C debuginfo=2 -O"})
    void ofRust(String options) throws IOException {
        Tools.need("rustc");
        Files.writeString(directory.resolve("m.rs"), """
                pub struct Conn { pub fd: i32, pub name: String }
                pub enum Msg { Quit, Move { x: i32, y: i32 }, Write(String) }
                impl Conn {
                    #[inline(never)] #[no_mangle]
                    pub extern "Rust" fn send(&mut self, data: &[u8], text: &str, flag: bool, w: f64) -> u32 {
                        println!("{} {} {:?} {} {} {}", self.fd, self.name, data, text, flag, w); self.fd as u32 }
                }
                #[inline(never)] #[no_mangle]
                pub fn take(s: String, m: &Msg) -> (u64, u64) { println!("{s}"); match m { Msg::Quit => (1, 2),
                    Msg::Move { x, y } => (*x as u64, *y as u64), Msg::Write(s) => (s.len() as u64, 1) } }
                fn main() {
                    let n = std::env::args().count() as i32;
                    let mut c = Conn { fd: n, name: "x".into() };
                    let boxed: fn(&mut Conn, &[u8], &str, bool, f64) -> u32 = Conn::send;
                    let taken: fn(String, &Msg) -> (u64, u64) = take;
                    println!("{}", std::hint::black_box(boxed)(&mut c, b"x", "y", n > 0, 1.5));
                    println!("{:?}", std::hint::black_box(taken)("x".into(), &Msg::Move { x: n, y: 2 }));
                    let _ = Msg::Quit; let _ = Msg::Write(String::new());
                }
                """);
        Tools.run(directory, ("rustc -o a.out " + options + " m.rs").split(" ", -1));
        Executable executable = Fixtures.parse(directory.resolve("a.out"));
        assertThat(Fixtures.text(Fixtures.signature(executable, "send")))
                .isEqualTo("self rdi, data {rsi rdx}, text {rcx r8}, flag r9, w xmm0 -> rax");
        assertThat(Fixtures.text(Fixtures.signature(executable, "take")).replace("[rdi+0]", "*rdi"))
                .isEqualTo("s *rdi, m rsi -> {rax rdx}");
        Type.Variants msg =
                (Type.Variants) executable.type("m::Msg").orElseThrow().type();
        assertThat(msg.variants().stream().map(Type.Variant::name)).containsExactlyInAnyOrder("Quit", "Move", "Write");
        assertThat(msg.tag()).isPresent();
        Type.Composite text =
                (Type.Composite) executable.type("&str").orElseThrow().type();
        assertThat(text.kind()).isEqualTo(Type.Composite.Kind.STRING);
    }
}
