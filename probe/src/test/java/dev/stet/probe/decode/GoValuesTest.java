package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Type;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Place;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of running Go programs: from debug information, or what the run time describes where there is none,
/// over takes and bytes to what is shown.
class GoValuesTest {
    @TempDir
    Path directory;

    private static final String SOURCE = """
            package main
            import ("errors"; "fmt"; "io"; "net"; "net/url"; "os"; "strconv"; "syscall"; "time")
            type State int
            func (s State) String() string { return "state" }
            type Mine struct{ Code int }
            func (m *Mine) Error() string { return "mine" }
            type Inner struct{ X int8; Y string }
            type All struct {
                S string; Empty string; Long string; Bytes []byte; Nil []int; Ints []int32; Strings []string; Inners []Inner
                Map map[string]int; NilMap map[string]int; BigMap map[int]int; Ch chan int; NilCh chan int
                Err, NoErr, Wrapped, Path, PathOther, No, Eof, Own, Joined, Op, Url, Num error
                Any, AnyString, AnyInt, AnyDuration, AnyPointer, AnyBool, AnyStruct, AnyFloat interface{}
                St fmt.Stringer; P *Inner; NilP *Inner; Inner; D time.Duration; Wall, Mono, Zero, Zoned time.Time
                F func(int) int; NilF func(); Arr [3]int16; Raw [4]byte; F32 float32; F64 float64; Cx complex128; R rune; B bool; U8 uint8
                Nested struct{ A struct { B int } }; Up uintptr; Mode os.FileMode; Names [2]string; E struct{}; Empties []struct{}
            }
            var g *All
            func main() {
                g = &All{S: "gr\\u00fc\\u00dfe", Long: string(make([]byte, 300)), Bytes: []byte("by"), Ints: []int32{1, -2}, Strings: []string{"a", "bc"},
                    Inners: []Inner{{1, "one"}, {2, "two"}}, Map: map[string]int{"a": 1, "b": 2}, BigMap: map[int]int{}, Ch: make(chan int, 5),
                    Err: errors.New("plain"), No: syscall.Errno(2), Eof: io.EOF, Own: &Mine{5},
                    AnyString: "any", AnyInt: 1 << 40, AnyDuration: 3 * time.Second, AnyPointer: &Inner{}, AnyBool: true, AnyStruct: Inner{}, AnyFloat: 2.5,
                    St: State(3), P: &Inner{}, Inner: Inner{-4, "emb"}, D: 1500 * time.Millisecond,
                    Wall: time.Date(2024, 2, 29, 12, 30, 45, 123456789, time.UTC), Mono: time.Now(), Zoned: time.Date(1960, 1, 1, 0, 0, 0, 0, time.FixedZone("x", 3600)),
                    F: func(a int) int { return a }, Arr: [3]int16{1, -2, 3}, Raw: [4]byte{65, 66, 67, 68}, F32: 1.5, F64: -2.5, Cx: complex(1, -2), R: 'x', B: true, U8: 200,
                    Up: 4096, Mode: 0644, Names: [2]string{"n1", "n2"}}
                g.Nested.A.B = 6; g.Empties = make([]struct{}, 7)
                g.Op = &net.OpError{Op: "dial", Net: "tcp", Err: g.Err}
                g.Url = &url.Error{Op: "Get", URL: "http://me:pass@host/path?secret=1", Err: syscall.ECONNREFUSED}
                _, g.Num = strconv.Atoi("many")
                for i := 0; i < 1000; i++ { g.BigMap[i] = i }
                g.Ch <- 1; g.Ch <- 2
                g.Wrapped = fmt.Errorf("outer: %w", g.Err)
                _, g.Path = os.Open("/no/such/file")
                g.PathOther = &os.PathError{Op: "op", Path: "p", Err: g.Err}
                fmt.Printf("g %p\\nnow %d\\nready\\n", g, g.Mono.UnixNano())
                os.Stdin.Read(make([]byte, 1))
                fmt.Println(g.Err, g.St, g, State(1))
            }
            """;

    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("S", "\"grüße\""),
            Map.entry("Empty", "\"\""),
            Map.entry("Long", "\"" + "\0".repeat(128) + "\"~300"),
            Map.entry("Bytes", "b\"by\""),
            Map.entry("Nil", "[]"),
            Map.entry("Ints", "[1, -2]"),
            Map.entry("Strings", "[\"a\", \"bc\"]"),
            Map.entry("Inners", "[main.Inner{X=1, Y=\"one\"}, main.Inner{X=2, Y=\"two\"}]"),
            Map.entry("Map", "[]~2"),
            Map.entry("NilMap", "nil"),
            Map.entry("BigMap", "[]~1000"),
            Map.entry("Ch", "[]~2"),
            Map.entry("NilCh", "nil"),
            Map.entry("Err", "<*errors.errorString \"plain\">"),
            Map.entry("NoErr", "nil"),
            Map.entry("Wrapped", "<*fmt.wrapError \"outer: plain\">"),
            Map.entry("Path", "<*io/fs.PathError \"open /no/such/file: ENOENT\">"),
            Map.entry("PathOther", "<*io/fs.PathError \"op p: *errors.errorString\">"),
            Map.entry("Op", "<*net.OpError \"dial tcp\">"),
            Map.entry("Url", "<*net/url.Error \"Get http://host/path?…: ECONNREFUSED\">"),
            Map.entry("Num", "<*strconv.NumError \"Atoi many: *errors.errorString\">"),
            Map.entry("No", "<syscall.Errno ENOENT>"),
            Map.entry("Eof", "<*errors.errorString \"EOF\">"),
            Map.entry("Own", "<*main.Mine @>"),
            Map.entry("Any", "nil"),
            Map.entry("AnyString", "<string \"any\">"),
            Map.entry("AnyInt", "<int 1099511627776>"),
            Map.entry("AnyDuration", "<time.Duration 3000000000ns>"),
            Map.entry("AnyPointer", "<*main.Inner @>"),
            Map.entry("AnyBool", "<bool true>"),
            Map.entry("AnyStruct", "<main.Inner>"),
            Map.entry("AnyFloat", "<float64 2.5>"),
            Map.entry("St", "<main.State 3>"),
            Map.entry("P", "@"),
            Map.entry("NilP", "nil"),
            Map.entry("Inner", "main.Inner{X=-4, Y=\"emb\"}"),
            Map.entry("D", "1500000000ns"),
            Map.entry("Wall", "\"2024-02-29T12:30:45.123456789Z\""),
            Map.entry("Zero", "\"0001-01-01T00:00:00Z\""),
            Map.entry("Zoned", "\"1959-12-31T23:00:00Z\""),
            Map.entry("F", "@"),
            Map.entry("NilF", "nil"),
            Map.entry("Arr", "[1, -2, 3]"),
            Map.entry("Raw", "b\"ABCD\""),
            Map.entry("F32", "1.5f"),
            Map.entry("F64", "-2.5"),
            Map.entry("Cx", "complex128{real=1.0, imag=-2.0}"),
            Map.entry("R", "120"),
            Map.entry("B", "true"),
            Map.entry("U8", "200"),
            Map.entry("Up", "0x1000"),
            Map.entry("Mode", "420"),
            Map.entry("Names", "[\"n1\", \"n2\"]"),
            Map.entry("E", "struct {}{}"));

    @ParameterizedTest
    @CsvSource({"1.19, ''", "1.19, -s -w", "1.23, -s -w", "1.26, ''", "1.26, -s -w"})
    void valuesAreWhatTheProgramMade(String version, String flags) throws Exception {
        String go = "/usr/lib/go-" + version + "/bin/go";
        Path program =
                Target.build(directory, "a.go", SOURCE, go, "build", "-ldflags=" + flags, "-o", "PROGRAM", "SOURCE");
        try (Target target = Target.start(program)) {
            Map<String, String> fields = target.fields("main.All", "g", Probe.Limits.DEFAULT);
            assertThat(fields).containsAllEntriesOf(EXPECTED);
            assertThat(fields.get("Nested")).endsWith("{A=struct { B int }{B=6}}");
            long now = target.address("now");
            assertThat(fields.get("Mono")).isEqualTo("\"" + java.time.Instant.ofEpochSecond(0, now) + "\"");
            assertThat(target.length("main.All", "g", "NilMap")).isZero();
            assertThat(target.length("main.All", "g", "BigMap")).isEqualTo(1000);
            assertThat(target.length("main.All", "g", "Long")).isEqualTo(300);
            assertThat(target.length("main.All", "g", "Inners")).isEqualTo(2);
            assertThat(target.length("main.All", "g", "Empties")).isEqualTo(7);
            assertThat(typeName(target, "St")).isEqualTo("<main.State>");
            assertThat(typeName(target, "AnyString")).isEqualTo("<string>");
            assertThat(typeName(target, "NoErr")).isEqualTo("nil");
            assertThat(pointed(target)).isEqualTo("main.Inner{X=0, Y=\"\"}");
        }
    }

    private static Place place(Target target, Type.Field field) {
        return new Place.Memory(Word.of(target.address("g") + field.offset()));
    }

    private static String typeName(Target target, String name) throws Exception {
        Type.Field field = target.field("main.All", name);
        return target.decode(target.shapes(Probe.Limits.DEFAULT)
                .dynamicType(name, field.type().type(), place(target, field))
                .orElseThrow());
    }

    private static String pointed(Target target) throws Exception {
        Type.Field field = target.field("main.All", "P");
        return target.decode(
                target.shapes(Probe.Limits.DEFAULT).fields("P", field.type().type(), place(target, field), 1));
    }
}
