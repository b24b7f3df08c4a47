package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions in functions of a program of Go: by registers, stripped, and by the stack.
class GoResolverTest {
    @TempDir
    static Path directory;

    private static final String SOURCE = """
            package main
            import ("errors"; "fmt"; "os"; "time")
            type Base struct { ID int; Label string }
            type URL struct { Path string; Port uint16 }
            type Request struct { Base; *URL; Method string; Body []byte; Tags []string; Header map[string]string; When time.Duration; Any interface{}; Arr [4]int32 }
            //go:noinline
            func handle(req *Request, name string, list []int, err error, any interface{}, f float64, d time.Duration) (n int, e error) { fmt.Fprint(os.Stderr, ""); if req.Method == "x" { return 1, errors.New("x") }; return len(name) + len(list) + int(f) + int(d), err }
            //go:noinline
            func (r *Request) serve(path string, a, b, c, d, ee, f, g, h int) string { fmt.Fprint(os.Stderr, ""); return r.Method + path + fmt.Sprint(a+b+c+d+ee+f+g+h) }
            //go:noinline
            func one(x uint32) uint32 { fmt.Fprint(os.Stderr, ""); return x + 1 }
            func main() { r := &Request{URL: &URL{Path: "/"}, Method: "GET", Header: map[string]string{}}; fmt.Println(handle(r, "n", []int{1}, nil, 3, 2, time.Second)); fmt.Println(r.serve("/x", 1, 2, 3, 4, 5, 6, 7, 8), one(2)) }
            """;

    private static Compiled program;
    private static Compiled stripped;
    private static Compiled old;

    @BeforeAll
    static void compile() throws Exception {
        program = Compiled.of(directory, "program.go", SOURCE, "/usr/lib/go-1.26/bin/go build -o PROGRAM SOURCE");
        stripped = Compiled.of(
                directory, "stripped.go", SOURCE, "/usr/lib/go-1.26/bin/go build -ldflags=-s -o PROGRAM SOURCE");
        old = Compiled.of(directory, "old.go", SOURCE, "/usr/lib/go-1.15/bin/go build -o PROGRAM SOURCE");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry main.handle => req.Method => *(u64 *)(rax + 40) bytes, up to 128, at *(u64 *)(rax + 32): Text
            entry main.handle => req.ID => *(u64 *)rax: SIGNED
            entry main.handle => req.URL.Port => *(u16 *)(*(u64 *)(rax + 24) + 16): UNSIGNED
            entry main.handle => len(req.Header) => *(u64 *)(rax + 96) ? *(u64 *)*(u64 *)(rax + 96) : 0: SIGNED
            entry main.handle => req.When > 10ms => 0x989680 s< *(u64 *)(rax + 104): TRUTH
            entry main.handle => req.Arr[3] => *(u32 *)(rax + 140): SIGNED
            entry main.handle => typeof(req.Any) => *(u64 *)(rax + 112): GoType
            entry main.handle => name => rcx bytes, up to 128, at rbx: Text
            entry main.handle => name == 'ab' => (rcx == 2) && (*(u16 *)rbx == 0x6261): TRUTH
            entry main.handle => list => (rsi < 0x10000000000) ? (rsi * 8) : -1 bytes, up to 128, at rdi: Items
            entry main.handle => err == nil => r9 == 0: TRUTH
            entry main.handle => typeof(any) => *(u64 *)(rsp + 8): GoType
            entry main.handle => f => missing: in xmm0, which probes cannot see
            entry main.handle => d > 1s => 0x3b9aca00 s< r11: TRUTH
            entry main.handle => n => refused: 'n' is known at the end of a call only
            entry main.handle => string(word2) => rcx bytes, up to 128, at rbx: Text
            entry main.handle => string(arg2) => rcx bytes, up to 128, at rbx: Text
            entry main.handle => gostr(word1) => *(u64 *)(rax + 8) bytes, up to 128, at *(u64 *)rax: Text
            entry main.handle => as(word2, 'string') => rcx bytes, up to 128, at rbx: Text
            entry main.handle => arg8 => refused: main.handle has 7 parameters
            exit main.handle => ret => rax: SIGNED
            where main.handle => e != nil && len(name) > 3 => 3 s< rcx then rbx != 0
            where main.one => x > 5 && ret == 6 => 5 s< (rax & 0xffffffff) then (rax & 0xffffffff) == 6
            """)
    void inRegisters(String when, String expression, String expected) throws Exception {
        assertThat(program.meaning(when, expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry main.handle => arg1 => rax: WORD
            entry main.handle => string(arg2) => rcx bytes, up to 128, at rbx: Text
            entry main.handle => as(word7, 'time.Duration') => r9: DURATION
            exit main.handle => string(ret), retword3 => rbx bytes, up to 128, at rax: Text; rcx: WORD
            """)
    void stripped(String when, String expression, String expected) throws Exception {
        assertThat(stripped.meaning(when, expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry main.handle => name => *(u64 *)(rsp + 24) bytes, up to 128, at *(u64 *)(rsp + 16): Text
            entry main.handle => len(name) => *(u64 *)(rsp + 24): SIGNED
            entry main.handle => err == nil => *(u64 *)(rsp + 56) == 0: TRUTH
            entry main.one => x => *(u32 *)(rsp + 8): UNSIGNED
            exit main.one => x, ret => saved0: UNSIGNED; *(u32 *)(rsp + 16): UNSIGNED with *(u64 *)(rsp + 8)
            exit main.handle => n => *(u64 *)(rsp + 104): SIGNED
            exit main.handle => req.ID => *(u64 *)saved0: SIGNED with *(u64 *)(rsp + 8)
            """)
    void onTheStack(String when, String expression, String expected) throws Exception {
        assertThat(old.meaning(when, expression)).isEqualTo(expected);
    }
}
