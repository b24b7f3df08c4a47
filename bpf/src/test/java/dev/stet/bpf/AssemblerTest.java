package dev.stet.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AssemblerTest {
    /// The bytes are what `bpftool prog dump xlated opcodes` and the instruction set document give for the
    /// same text.
    @Test
    void everyFormIsEncodedAsTheKernelReadsIt() {
        Program program = new Assembler()
                .move(Register.R6, Register.R1)
                .move(Register.R2, 0x1122334455667788L)
                .map(Register.R1, "calls")
                .load(Size.DOUBLE, Register.R3, Register.R6, 152)
                .store(Size.WORD, Register.FP, -8, Register.R3)
                .store(Size.DOUBLE, Register.FP, -16, -1)
                .atomicAdd(Register.R0, 8, Register.R1)
                .jump(dev.stet.bpf.Test.EQ, Register.R0, 0, "end")
                .jump(dev.stet.bpf.Test.SGT, Register.R0, Register.R1, "end")
                .call(Helper.KTIME_GET_NS)
                .label("end")
                .exit(0)
                .finish();

        String hex = HexFormat.of().formatHex(program.encode(name -> name.equals("calls") ? 7 : -1));

        assertThat(hex)
                .isEqualTo(String.join(
                        "",
                        "bf16000000000000",
                        "1802000088776655" + "0000000044332211",
                        "1811000007000000" + "0000000000000000",
                        "7963980000000000",
                        "633af8ff00000000",
                        "7a0af0ffffffffff",
                        "db10080000000000",
                        "1500020000000000",
                        "6d10010000000000",
                        "8500000005000000",
                        "b700000000000000",
                        "9500000000000000"));
    }

    /// A wide load takes two slots, so a jump over one counts two.
    @Test
    void jumpsCountSlots() {
        Program program = new Assembler()
                .jump("over")
                .move(Register.R1, Long.MAX_VALUE)
                .label("over")
                .exit(0)
                .finish();
        assertThat(program.encode(_ -> 0)[2]).isEqualTo((byte) 2);
    }

    @Test
    void textReadsLikeTheVerifiersLog() {
        Program program = new Assembler()
                .load(Size.DOUBLE, Register.R3, Register.R6, 152)
                .map(Register.R1, "calls")
                .call(Helper.MAP_LOOKUP_ELEM)
                .jump(dev.stet.bpf.Test.NE, Register.R0, 0, "found")
                .label("found")
                .exit(0)
                .finish();
        assertThat(program.toString().lines().toList())
                .containsExactly(
                        "   0: r3 = *(u64 *)(r6 + 152)",
                        "   1: r1 = map[calls]",
                        "   3: call bpf_map_lookup_elem#1",
                        "   4: if r0 != 0 goto found",
                        "found:",
                        "   5: r0 = 0",
                        "   6: exit");
        assertThat(program.maps()).containsExactly("calls");
    }

    @Test
    void mistakesAreRefused() {
        assertThatThrownBy(() -> new Assembler().jump("nowhere").finish()).hasMessage("no label nowhere");
        assertThatThrownBy(() -> new Assembler().label("a").label("a")).hasMessage("label a twice");
        assertThatThrownBy(() -> Size.of(3)).hasMessageContaining("3 bytes");
    }
}
