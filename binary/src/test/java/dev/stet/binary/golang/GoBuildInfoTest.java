package dev.stet.binary.golang;

import static dev.stet.binary.golang.TinyProgram.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.GoBuild;
import dev.stet.binary.MalformedBinaryException;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Build information of both formats, and the lies about it that have brought down others.
class GoBuildInfoTest {
    private static final String MAGIC = "\u00ff Go buildinf:";
    private static final byte[] INLINE = bytes(MAGIC, 8, 2, 0L, 0L);
    private static final byte[] POINTERS = bytes(MAGIC, 8, 0);
    private static final String SENTINEL = "0123456789abcdef";
    private static final long FAR = 0x7000_0000L;
    private static final long NEAR = 0x40_0000L;

    private static Executable parse(TinyProgram program) throws IOException {
        return Executable.parse(ByteSource.of(program.build()));
    }

    private static byte[] text(String modules) {
        String framed = SENTINEL + modules + SENTINEL;
        return bytes(8, "go1.22.3", 0x80 | (framed.length() & 0x7f), framed.length() >> 7, framed);
    }

    @Test
    void saysWhatWentIn() throws IOException {
        String lines = """
                path\texample.com/a/cmd
                mod\texample.com/a\tv1.2.0\th1:aaa=
                =>\t../a\t(devel)\t
                dep\tgolang.org/x/text\tv0.3.0
                =>\texample.com/text\tv0.4.0\th1:bbb=
                dep\tgolang.org/x/net\tv0.1.0\th1:ccc=
                unknown\tline
                dep\tone column
                build\t-ldflags="-s -w -X \\"a.b=c\\u00e9\\""
                build\t"odd key"=`a"b`
                build\tCGO_ENABLED=1
                build\tempty=
                build\tnothing
                """;
        GoBuild build = parse(new TinyProgram().segment(NEAR, bytes(INLINE, text(lines))))
                .goBuild()
                .orElseThrow();
        assertThat(build.toolchain()).isEqualTo("go1.22.3");
        assertThat(build.version().orElseThrow().minor()).isEqualTo(22);
        assertThat(build.path()).isEqualTo("example.com/a/cmd");
        assertThat(build.main().orElseThrow().replacement().orElseThrow().path())
                .isEqualTo("../a");
        assertThat(build.dependencies())
                .extracting(m -> m.path() + " " + m.version() + " " + m.sum() + " "
                        + m.replacement().map(GoBuild.Module::path).orElse("-"))
                .containsExactly("golang.org/x/text v0.3.0  example.com/text", "golang.org/x/net v0.1.0 h1:ccc= -");
        assertThat(build.settings())
                .extracting(s -> s.key() + " is " + s.value())
                .containsExactly(
                        "-ldflags is -s -w -X \"a.b=c\u00e9\"", "odd key is a\"b", "CGO_ENABLED is 1", "empty is ");
    }

    /// The strings are in a segment that is before the blob's in memory and behind it in the file.
    @Test
    void pointersAreFollowedBySegments() throws IOException {
        byte[] blob = bytes(POINTERS, NEAR, NEAR + 16);
        String framed = SENTINEL + "path\tp\n" + SENTINEL;
        byte[] strings = bytes(NEAR + 32, 8L, NEAR + 40, (long) framed.length(), "go1.15.2", framed);
        Executable executable = parse(new TinyProgram().segment(FAR, blob).segment(NEAR, strings));
        assertThat(executable.goVersion().orElseThrow().text()).isEqualTo("go1.15.2");
        assertThat(executable.goBuild().orElseThrow().path()).isEqualTo("p");
    }

    static Stream<Arguments> lies() {
        byte[] tooLong = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
        return Stream.of(
                Arguments.of("varint of 10 bytes", bytes(INLINE, tooLong, "go1.22")),
                Arguments.of("varint that does not end", bytes(INLINE, 0x80, 0x80)),
                Arguments.of("longer than the file", bytes(INLINE, 100, "go1.22")),
                Arguments.of("no length", INLINE),
                Arguments.of("NUL in the version", bytes(INLINE, 8, "go1.\0002.1", 0)),
                Arguments.of("pointer into nowhere", bytes(POINTERS, 8L, 0L)),
                Arguments.of("pointer to the end", bytes(POINTERS, NEAR + 31, 0L)),
                Arguments.of("2^63 bytes", bytes(POINTERS, NEAR + 32, 0L, NEAR, Long.MIN_VALUE)),
                Arguments.of("2^63 - 1 bytes", bytes(POINTERS, NEAR + 32, 0L, NEAR, Long.MAX_VALUE)),
                Arguments.of("4 GiB", bytes(POINTERS, NEAR + 32, 0L, NEAR, 1L << 32)),
                Arguments.of("32-bit pointers", bytes(MAGIC, 4, 0, NEAR, NEAR)),
                Arguments.of("big-endian", bytes(MAGIC, 8, 1, NEAR, NEAR)));
    }

    /// A section vouches for the blob, so it is broken; without it, there is none.
    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void liesAreRefused(String lie, byte[] blob) throws IOException {
        Executable named = parse(new TinyProgram().segment(NEAR, blob).named());
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(named::goVersion).as(lie).isInstanceOf(MalformedBinaryException.class);
            assertThatThrownBy(named::goBuild).as(lie).isInstanceOf(MalformedBinaryException.class);
        }
        Executable bare = parse(new TinyProgram().segment(NEAR, blob));
        assertThat(bare.goVersion()).as(lie).isEmpty();
    }

    @Test
    void magicWithoutHeaderIsNone() throws IOException {
        for (int length = 0; length < 32; length++) {
            byte[] cut = Arrays.copyOf(INLINE, length);
            assertThat(parse(new TinyProgram().segment(NEAR, cut).named()).goBuild())
                    .isEmpty();
            assertThat(parse(new TinyProgram().segment(NEAR, cut)).goBuild()).isEmpty();
        }
    }

    /// The modules' lies do not spoil the version.
    @Test
    void versionIsKnownWithoutModules() throws IOException {
        for (byte[] modules : new byte[][] {
            bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
            bytes(0xff, 0xff, 0x3f),
            bytes(),
            bytes(34, SENTINEL + "\0\n" + SENTINEL)
        }) {
            Executable executable = parse(new TinyProgram()
                    .segment(NEAR, bytes(INLINE, 6, "go1.22", modules))
                    .named());
            assertThat(executable.goVersion()).isPresent();
            assertThatThrownBy(executable::goBuild).isInstanceOf(MalformedBinaryException.class);
        }
    }

    @Test
    void ofTwoBlobsTheFirstThatIsSoundCounts() throws IOException {
        byte[] broken = bytes(INLINE, 0x80, 0x80, 0x80, 0x80, new byte[12]);
        byte[] first = bytes(INLINE, 6, "go1.21", 0, new byte[8]);
        byte[] second = bytes(INLINE, 6, "go1.22", 0);
        assertThat(parse(new TinyProgram().segment(NEAR, bytes(broken, first, second)))
                        .goVersion()
                        .orElseThrow()
                        .minor())
                .isEqualTo(21);
    }
}
