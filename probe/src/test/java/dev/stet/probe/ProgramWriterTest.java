package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The running kernel's verifier is the judge of every program that Stet can write.
class ProgramWriterTest {
    private static final String EVERYTHING =
            "arg1, int(arg6), arg7, str(arg2), str(arg3), u8(arg1), i16(arg1 + 2), u32(u64(arg1) - 8), gostr(arg4), "
                    + "gostr(*(arg4 + 16) + 56), bool(arg5), hex(arg1 + 0x123456789abcdef)";

    private final List<Descriptor> open = new ArrayList<>();

    @BeforeEach
    void needRoot() throws Exception {
        boolean root =
                Files.readString(Path.of("/proc/self/status")).lines().anyMatch(line -> line.matches("Uid:\t0\t0\t.*"));
        if (!root && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("needs root to ask the verifier");
        }
        Assumptions.assumeTrue(root, "needs root to ask the verifier");
    }

    private static Layout layout(Convention convention, boolean returns, String entry, String results)
            throws Exception {
        Probe probe = new Probe("p", "f", CaptureParser.captures(entry), CaptureParser.captures(results), returns);
        return new Layout(convention, probe, 128);
    }

    private void load(Layout layout, boolean multi) throws Exception {
        Map<String, Descriptor> maps = Map.of(
                ProgramWriter.RING, keep(Bpf.createMap("ring", Bpf.MapType.RINGBUF, 0, 0, 1 << 16, false)),
                ProgramWriter.COUNTERS, keep(Bpf.createMap("counters", Bpf.MapType.ARRAY, 4, 8, 8, false)),
                ProgramWriter.CALLS,
                        keep(Bpf.createMap(
                                "calls", Bpf.MapType.HASH, ProgramWriter.KEY_BYTES, layout.bytes(), 16, !multi)),
                ProgramWriter.ZEROS, keep(Bpf.createMap("zeros", Bpf.MapType.ARRAY, 4, layout.bytes(), 1, false)));
        var settings = new ProgramWriter.Settings(
                multi, multi ? OptionalLong.empty() : OptionalLong.of(7L << 32 | 3), OptionalInt.of(4000));
        var kind = new Bpf.ProgramKind(multi, multi);
        keep(Bpf.loadProgram(
                "entry",
                kind,
                ProgramWriter.entry(layout, settings)
                        .encode(name -> maps.get(name).fd())));
        if (layout.probe().returns()) {
            keep(Bpf.loadProgram(
                    "exit",
                    kind,
                    ProgramWriter.exit(layout, settings)
                            .encode(name -> maps.get(name).fd())));
        }
        assertThat(open).hasSize(layout.probe().returns() ? 6 : 5);
        open.forEach(Descriptor::close);
        open.clear();
    }

    private Descriptor keep(Descriptor descriptor) {
        open.add(descriptor);
        return descriptor;
    }

    @Test
    void theVerifierAcceptsEveryExpressionInC() throws Exception {
        for (boolean multi : new boolean[] {true, false}) {
            load(layout(Convention.SYSTEM_V, true, EVERYTHING, "ret, int(ret2), str(ret), u64(ret + 8)"), multi);
            load(layout(Convention.SYSTEM_V, false, EVERYTHING, ""), multi);
            load(layout(Convention.SYSTEM_V, true, "", ""), multi);
        }
    }

    @Test
    void theVerifierAcceptsGoWithRegistersAndWithStacks() throws Exception {
        String words = "arg1, str(arg2), gostr(arg4), u32(arg3 + 4)";
        for (boolean multi : new boolean[] {true, false}) {
            load(layout(Convention.GO_REGISTERS, true, words, "ret, str(ret2), gostr(ret3)"), multi);
            load(layout(Convention.GO_REGISTERS, false, words, ""), multi);
            load(layout(Convention.GO_STACK, true, words, ""), multi);
            load(layout(Convention.GO_STACK, false, words, ""), multi);
        }
    }

    /// As many captures as a layout may have still make a program within the bounds.
    @Test
    void theVerifierAcceptsTheLargestProgram() throws Exception {
        String many = "arg1, ".repeat(63) + "str(arg1)";
        load(layout(Convention.SYSTEM_V, true, many, ""), true);
    }
}
