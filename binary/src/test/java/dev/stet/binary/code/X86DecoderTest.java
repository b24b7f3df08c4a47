package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class X86DecoderTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /// Each of these is one whole instruction; a byte less is none, a byte more is not taken.
    @ParameterizedTest
    @CsvSource({
        "90, nop",
        "c3, ret",
        "f3 c3, repz ret",
        "f2 c3, bnd ret",
        "c2 08 00, ret 8",
        "f3 0f 1e fa, endbr64",
        "48 b8 01 02 03 04 05 06 07 08, movabs",
        "66 b8 01 02, mov ax",
        "a1 01 02 03 04 05 06 07 08, mov eax from an absolute address",
        "67 a1 01 02 03 04, the same with a short address",
        "66 81 c1 34 12, add cx",
        "48 81 ec 00 01 00 00, sub rsp",
        "f6 c0 01, test al",
        "f6 d0, not al",
        "f7 c0 01 00 00 00, test eax",
        "66 f7 c0 01 00, test ax",
        "f7 d8, neg eax",
        "8b 84 24 00 01 00 00, mov with SIB and disp32",
        "8b 04 25 00 00 00 00, mov with SIB and no base",
        "8b 05 00 00 00 00, mov relative to rip",
        "0f 1f 84 00 00 00 00 00, long nop",
        "66 2e 0f 1f 84 00 00 00 00 00, nopw cs:",
        "c8 10 00 00, enter",
        "c5 f8 77, vzeroupper",
        "c5 f9 6e c0, vmovd",
        "c4 e3 7d 39 c0 01, vextracti128",
        "62 f1 7c 48 28 00, vmovaps zmm",
        "62 f3 7d 48 25 c0 ff, vpternlogd",
        "62 f1 7c 48 28 40 01, vmovaps with disp8",
        "0f 3a 0f c1 08, palignr",
        "0f 38 00 c1, pshufb",
        "f0 0f b1 0f, lock cmpxchg",
        "66 66 48 e8 00 00 00 00, padded call of thread-local storage",
        "c7 f8 00 00 00 00, xbegin",
        "8f e8 78 c2 c0 07, vprotd",
        "8f e9 78 90 c1, vprotb",
        "63 c0, movsxd",
    })
    void lengths(String hex, String what) {
        byte[] code = bytes(hex + "cc");
        int length = code.length - 1;
        X86Decoder decoder = new X86Decoder();
        assertThat(decoder.decode(code, 0, code.length)).as(what).isTrue();
        assertThat(decoder.length()).as(what).isEqualTo(length);
        assertThat(decoder.decode(code, 0, length - 1) && decoder.length() == length)
                .as("%s, cut", what)
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "06, push es",
        "62 f4 7c 08 01 c0, APX",
        "d5 00 90, REX2",
        "66 e9 00 00 00 00, jump whose length processors differ on",
        "66 c5 f8 77, VEX behind a prefix",
        "8f e4 78 00 00, XOP of no map",
        "ff ff, group 5 has no seventh",
        "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90, sixteen bytes",
        "9a 00 00 00 00 00 00, far call",
    })
    void undecoded(String hex, String what) {
        byte[] code = bytes(hex);
        assertThat(new X86Decoder().decode(code, 0, code.length)).as(what).isFalse();
    }

    @Test
    void jumpTargets() {
        X86Decoder near = decoded("ebfe");
        assertThat(near.kind()).isEqualTo(X86Decoder.Kind.JUMP);
        assertThat(near.relative()).isEqualTo(-2);
        X86Decoder conditional = decoded("0f84fbffffff");
        assertThat(conditional.kind()).isEqualTo(X86Decoder.Kind.CONDITIONAL_JUMP);
        assertThat(conditional.relative()).isEqualTo(-5);
        assertThat(conditional.condition()).isEqualTo(4);
    }

    private static X86Decoder decoded(String hex) {
        X86Decoder decoder = new X86Decoder();
        byte[] code = bytes(hex);
        assertThat(decoder.decode(code, 0, code.length)).as(hex).isTrue();
        return decoder;
    }

    @ParameterizedTest
    @CsvSource({
        "f0 ff 00, LOCK",
        "cc, int3",
        "f4, privileged",
        "e4 60, I/O port",
        "cd 80, interrupt",
        "0f 05, system call",
        "0f 0b, UD2",
        "8e d0, stack segment",
        "2e 90, segment prefix",
        "66 eb 01, 66 prefix",
        "66 48 e8 00 00 00 00, 66 prefix",
        "c5 fd 6f c1, vector",
        "8f e8 78 c2 c0 07, XOP",
    })
    void refused(String hex, String why) {
        assertThat(X86Refusal.of(decoded(hex)))
                .hasValueSatisfying(r -> assertThat(r).contains(why));
    }

    @ParameterizedTest
    @CsvSource({"0f 1f 44 00 00, nop5", "55, push", "f3 0f 1e fa, endbr64", "c5 f8 77, VEX", "64 8b 00, fs"})
    void accepted(String hex, String what) {
        assertThat(X86Refusal.of(decoded(hex))).as(what).isEmpty();
    }
}
