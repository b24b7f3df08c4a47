package dev.stet.probe;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Program;
import dev.stet.bpf.Register;
import dev.stet.bpf.Size;
import dev.stet.bpf.Test;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Btf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.RingReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// How every process of the machine ends, from the kernel itself: a program at the tracepoint
/// `sched_process_exit` (kernel `kernel/exit.c: do_exit`), which the last thread of a process passes
/// before anybody can wait for it. For one thread.
public final class ProcessExits implements AutoCloseable {
    private static final String RING = "stet_exits";
    private static final int RING_BYTES = 1 << 20;
    private static final int BATCH = 1024;
    /// kernel `include/linux/sched/signal.h`
    private static final int SIGNAL_GROUP_EXIT = 4;
    /// A record: pid, status (wait(2)), start since boot and now, in nanoseconds.
    private static final int RECORD_BYTES = 24;
    /// Ticks of `/proc/PID/stat`: USER_HZ is 100 on every processor.
    private static final long NANOS_A_TICK = 10_000_000;

    private final List<Descriptor> opened = new ArrayList<>();
    private final RingReader ring;

    /// A process has ended.
    ///
    /// @param nanos when, CLOCK_MONOTONIC
    public record Exit(ProcessIdentity process, ExitStatus status, long nanos) {}

    /// Where the kernel keeps what is asked for.
    private record Offsets(
            int pid, int startTime, int leader, int exitCode, int signal, int live, int flags, int groupExitCode) {
        static Offsets of(Btf btf) throws IOException {
            return new Offsets(
                    offset(btf, "task_struct", "tgid"),
                    offset(btf, "task_struct", "start_boottime"),
                    offset(btf, "task_struct", "group_leader"),
                    offset(btf, "task_struct", "exit_code"),
                    offset(btf, "task_struct", "signal"),
                    offset(btf, "signal_struct", "live"),
                    offset(btf, "signal_struct", "flags"),
                    offset(btf, "signal_struct", "group_exit_code"));
        }

        private static int offset(Btf btf, String structure, String member) throws IOException {
            OptionalInt at = btf.offsetOf(structure, member);
            return at.orElseThrow(() -> new IOException("the kernel has no " + structure + "." + member));
        }
    }

    /// @throws IOException if the kernel does not tell
    public ProcessExits() throws IOException {
        try {
            Btf btf = Btf.ofKernel();
            Btf.Tracepoint tracepoint = btf.tracepoint("sched_process_exit")
                    .orElseThrow(() -> new IOException("the kernel has no tracepoint sched_process_exit"));
            Descriptor map = keep(Bpf.createMap(RING, Bpf.MapType.RINGBUF, 0, 0, RING_BYTES, true));
            byte[] program =
                    program(Offsets.of(btf), tracepoint.arguments() > 1).encode(_ -> map.fd());
            Descriptor loaded = keep(Bpf.loadTracepointProgram("stet_exit", tracepoint, program));
            ring = new RingReader(map, RING_BYTES, RECORD_BYTES);
            keep(Bpf.attachTracepoint(loaded));
        } catch (IOException | RuntimeException e) {
            opened.forEach(Descriptor::close);
            throw e;
        }
    }

    private Descriptor keep(Descriptor descriptor) {
        opened.add(descriptor);
        return descriptor;
    }

    /// @param told the tracepoint says whether the thread is its process's last, as it does from Linux
    ///     6.16 on
    private static Program program(Offsets at, boolean told) {
        Assembler code = new Assembler();
        code.load(Size.DOUBLE, Register.R6, Register.R1, 0);
        if (told) {
            code.load(Size.DOUBLE, Register.R2, Register.R1, 8);
            code.alu(Alu.AND, Register.R2, 0xff);
            code.jump(Test.EQ, Register.R2, 0, "out");
        }
        code.load(Size.DOUBLE, Register.R7, Register.R6, at.signal);
        if (!told) {
            code.load(Size.WORD, Register.R2, Register.R7, at.live);
            code.jump(Test.NE, Register.R2, 0, "out");
        }
        code.load(Size.DOUBLE, Register.R8, Register.R6, at.leader);
        code.load(Size.WORD, Register.R2, Register.R7, at.flags);
        code.alu(Alu.AND, Register.R2, SIGNAL_GROUP_EXIT);
        code.load(Size.WORD, Register.R3, Register.R8, at.exitCode);
        code.jump(Test.EQ, Register.R2, 0, "known");
        code.load(Size.WORD, Register.R3, Register.R7, at.groupExitCode);
        code.label("known");
        code.load(Size.WORD, Register.R2, Register.R6, at.pid);
        code.store(Size.WORD, Register.FP, -RECORD_BYTES, Register.R2);
        code.store(Size.WORD, Register.FP, -RECORD_BYTES + 4, Register.R3);
        code.load(Size.DOUBLE, Register.R2, Register.R8, at.startTime);
        code.store(Size.DOUBLE, Register.FP, -RECORD_BYTES + 8, Register.R2);
        code.call(Helper.KTIME_GET_NS);
        code.store(Size.DOUBLE, Register.FP, -RECORD_BYTES + 16, Register.R0);
        code.map(Register.R1, RING);
        code.stack(Register.R2, -RECORD_BYTES);
        code.move(Register.R3, RECORD_BYTES);
        code.move(Register.R4, 0);
        code.call(Helper.RINGBUF_OUTPUT);
        code.label("out");
        code.exit(0);
        return code.finish();
    }

    /// Gives everything that is there to the sink, in the order in which it happened.
    public void drain(Consumer<Exit> sink) {
        while (ring.drain(BATCH, (data, at, _) -> sink.accept(exit(data, at))) == BATCH) {
            // there is more
        }
    }

    private static Exit exit(MemorySegment data, long at) {
        int pid = data.get(ValueLayout.JAVA_INT, at);
        int status = data.get(ValueLayout.JAVA_INT, at + 4);
        long start = data.get(ValueLayout.JAVA_LONG, at + 8);
        long now = data.get(ValueLayout.JAVA_LONG, at + 16);
        return new Exit(new ProcessIdentity(pid, start / NANOS_A_TICK), ExitStatus.of(status), now);
    }

    /// To be called when nobody reads any more.
    @Override
    public void close() {
        ring.close();
        opened.forEach(Descriptor::close);
    }
}
