package dev.stet.probe;

import dev.stet.binary.Condition;
import dev.stet.binary.Exit;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Program;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.PerfUprobe;
import dev.stet.kernel.SyscallException;
import dev.stet.kernel.UprobeMulti;
import dev.stet.kernel.VerifierException;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.TooComplexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Puts programs to the places of one attachment. What is linked is let go of again if not all can be.
final class Linker {
    /// Perf events in one process: each costs every context switch of its thread (hazards A4).
    private static final int MAX_PERF_EVENTS = 256;
    /// Recordings of one attachment: each costs a link or two, which are descriptors of Stet's, and a load if it is
    /// not known. A binary can make as many of them as it likes.
    static final int MAX_RECORDINGS = 1024;
    /// Places that are looked for because the kernel refused a link for them: each takes several more tries. Where
    /// there are more of them, what is linked together is refused together.
    private static final int MAX_REFUSED_BY_KERNEL = 16;
    /// With these the kernel refuses one place and not the whole file: an instruction that it cannot probe or cannot
    /// decode; a counter of a USDT probe that is not at an even offset, or another one than somebody probes the
    /// instruction with (kernel `arch/x86/kernel/uprobes.c`, `kernel/events/uprobes.c: uprobe_register`).
    private static final Set<Integer> ABOUT_ONE_PLACE =
            Set.of(SyscallException.ENOTSUPP, SyscallException.ENOEXEC, SyscallException.EINVAL);

    private final Programs programs;
    private final LinkBudget budget;
    private final Attachment attachment;
    private final OpenFile file;
    private final List<Descriptor> entries = new ArrayList<>();
    private final List<Descriptor> exits = new ArrayList<>();
    private final BitSet attached = new BitSet();
    private final List<Plan.Refusal> refusals = new ArrayList<>();
    private int refusedByKernel;

    /// A point, and which of the attachment's it is.
    private record Placed(AttachPoint point, int index) {}

    /// @param budget links are taken from it; whoever closes them gives them back
    Linker(Programs programs, LinkBudget budget, Attachment attachment, OpenFile file) {
        this.programs = programs;
        this.budget = budget;
        this.attachment = attachment;
        this.file = file;
    }

    /// Links programs to all points that the kernel lets it.
    ///
    /// @param multi by uprobe_multi, else by perf events
    /// @throws IOException if the kernel refuses altogether; then nothing is linked
    Attachment.Made link(boolean multi) throws IOException {
        boolean done = false;
        try {
            for (List<Placed> alike : byRecording()) {
                if (multi) {
                    multi(alike);
                } else {
                    perf(alike);
                }
            }
            done = true;
        } finally {
            if (!done) {
                links().close();
                budget.give(links().size());
            }
        }
        List<AttachPoint> planned = attachment.planned();
        List<AttachPoint> made = attached.cardinality() == planned.size()
                ? planned
                : attached.stream().mapToObj(planned::get).toList();
        return new Attachment.Made(made, refusals, links());
    }

    private Attachment.Links links() {
        return new Attachment.Links(entries, exits);
    }

    private List<List<Placed>> byRecording() {
        Map<Recording, List<Placed>> all = new LinkedHashMap<>();
        for (int i = 0; i < attachment.planned().size(); i++) {
            AttachPoint point = attachment.planned().get(i);
            List<Placed> alike = all.get(point.recording());
            if (alike == null && all.size() == MAX_RECORDINGS) {
                refuse(point, "more than " + MAX_RECORDINGS + " different programs would be needed for this file");
                continue;
            }
            if (alike == null) {
                alike = new ArrayList<>();
                all.put(point.recording(), alike);
            }
            alike.add(new Placed(point, i));
        }
        return List.copyOf(all.values());
    }

    private void refuse(AttachPoint point, String why) {
        refusals.add(new Plan.Refusal(point.name(), why));
    }

    private void multi(List<Placed> points) throws IOException {
        try (Programs.Lease lease = programs.lease(points.getFirst().point.recording())) {
            switch (lease.outcome()) {
                case Programs.Outcome.Loaded loaded -> multi(loaded, points);
                case Programs.Outcome.TooComplex(var why) -> points.forEach(it -> refuse(it.point, why));
                case Programs.Outcome.Rejected(var telling) ->
                    points.forEach(it -> refuse(it.point, rejected(it.point, telling)));
            }
        }
    }

    /// The kernel does not take a program: which values it was for, what the kernel says, and what to do.
    private static String rejected(AttachPoint point, String telling) {
        String values = Stream.of(point.probe().atEntry(), point.probe().atReturn())
                .flatMap(List::stream)
                .map(Capture::source)
                .collect(Collectors.joining(", "));
        return "the kernel does not accept the program for (" + values + "): " + telling
                + "; take fewer or simpler values, and please report this with the output of --explain-plan";
    }

    /// One link for the exits, then one for the entries: whoever is seen to come in is seen to go out. If an
    /// instruction cannot be probed the kernel refuses the whole link, so the points are halved until it is
    /// found.
    private void multi(Programs.Outcome.Loaded loaded, List<Placed> points) throws IOException {
        int links = loaded.exit().isPresent() ? 2 : 1;
        if (!budget.take(links)) {
            points.forEach(it -> refuse(it.point, budget.exhausted()));
            return;
        }
        Optional<Descriptor> ends = Optional.empty();
        try {
            if (loaded.exit().isPresent()) {
                ends = Optional.of(ends(loaded.exit().get(), points));
            }
            entries.add(beginnings(loaded.entry(), points));
            ends.ifPresent(exits::add);
            points.forEach(it -> attached.set(it.index));
        } catch (SyscallException e) {
            ends.ifPresent(Descriptor::close);
            budget.give(links);
            if (!ABOUT_ONE_PLACE.contains(e.errno())) {
                throw e;
            }
            if (points.size() == 1 || refusedByKernel == MAX_REFUSED_BY_KERNEL) {
                points.forEach(it -> refuse(it.point, e.getMessage()));
                refusedByKernel = Math.min(refusedByKernel + 1, MAX_REFUSED_BY_KERNEL);
                return;
            }
            int half = points.size() / 2;
            multi(loaded, points.subList(0, half));
            multi(loaded, points.subList(half, points.size()));
        }
    }

    private Descriptor beginnings(Descriptor program, List<Placed> points) throws IOException {
        long[] offsets = new long[points.size()];
        long[] cookies = new long[points.size()];
        long[] semaphores = new long[points.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = points.get(i).point.entryOffset();
            cookies[i] = cookie(points.get(i));
            semaphores[i] = points.get(i).point.semaphore().orElse(0);
        }
        return UprobeMulti.attach(program, pid(), file.selfPath(), offsets, cookies, semaphores);
    }

    private Descriptor ends(Descriptor program, List<Placed> points) throws IOException {
        int count = points.stream().mapToInt(it -> it.point.exits().size()).sum();
        long[] offsets = new long[count];
        long[] cookies = new long[count];
        int at = 0;
        for (Placed placed : points) {
            long cookie = cookie(placed);
            for (Exit exit : placed.point.exits()) {
                offsets[at] = exit.fileOffset();
                cookies[at] = cookie | flags(placed.point, exit);
                at++;
            }
        }
        return UprobeMulti.attach(program, pid(), file.selfPath(), offsets, cookies);
    }

    private int pid() {
        return attachment.process().pid();
    }

    private long cookie(Placed placed) {
        return Recording.cookie(attachment.id(), placed.index);
    }

    /// What an exit's cookie has beside the entry's.
    private static long flags(AttachPoint point, Exit exit) {
        int borrowed = point.isBorrowed(exit) ? Recording.BORROWED_BIT : 0;
        int flags = switch (exit.kind()) {
            case RETURN -> 0;
            case TAIL_JUMP, INDIRECT_TAIL_JUMP -> Recording.TAIL_BIT;
            case CONDITIONAL_TAIL_JUMP -> Recording.TAIL_BIT | Recording.CONDITIONAL_BIT | condition(exit);
        };
        return Integer.toUnsignedLong(flags | borrowed);
    }

    private static int condition(Exit exit) {
        if (exit.condition().orElseThrow() instanceof Condition.X86Flags(int code)) {
            return code << Recording.CONDITION_SHIFT;
        }
        throw new IllegalArgumentException("the planner lets through flags only");
    }

    /// Perf events for every thread that there is now. Exits first, as with links.
    private void perf(List<Placed> points) throws IOException {
        List<Integer> threads = threads(pid());
        for (Placed placed : points) {
            AttachPoint point = placed.point;
            if (links().size() + threads.size() * point.size() > MAX_PERF_EVENTS) {
                String why = "this kernel has no uprobe_multi, and without it a process can have at most "
                        + MAX_PERF_EVENTS + " breakpoints times threads";
                refuse(point, why);
                continue;
            }
            int events = threads.size() * point.size();
            if (!budget.take(events)) {
                refuse(point, budget.exhausted());
                continue;
            }
            boolean done = false;
            try {
                perf(placed, threads);
                attached.set(placed.index);
                done = true;
            } catch (TooComplexException e) {
                refuse(point, e.getMessage());
            } catch (VerifierException e) {
                refuse(point, rejected(point, e.telling()));
            } catch (SyscallException e) {
                if (!ABOUT_ONE_PLACE.contains(e.errno())) {
                    throw e;
                }
                refuse(point, e.getMessage());
            } finally {
                budget.give(done ? 0 : events);
            }
        }
    }

    private void perf(Placed placed, List<Integer> threads) throws IOException, TooComplexException {
        AttachPoint point = placed.point;
        List<Descriptor> ends = new ArrayList<>();
        boolean done = false;
        try {
            long cookie = cookie(placed);
            for (Exit exit : point.exits()) {
                perf(point, cookie | flags(point, exit), Optional.of(exit), threads, ends);
            }
            List<Descriptor> beginnings = new ArrayList<>();
            try {
                perf(point, cookie, Optional.empty(), threads, beginnings);
                done = true;
            } finally {
                (done ? entries : ends).addAll(beginnings);
            }
            exits.addAll(ends);
        } finally {
            if (!done) {
                ends.forEach(Descriptor::close);
            }
        }
    }

    /// The events keep the program, of which each place has its own; this process need not.
    private void perf(
            AttachPoint point, long cookie, Optional<Exit> exit, List<Integer> threads, List<Descriptor> events)
            throws IOException, TooComplexException {
        long offset = exit.isPresent() ? exit.get().fileOffset() : point.entryOffset();
        long semaphore = exit.isPresent() ? 0 : point.semaphore().orElse(0);
        try (Descriptor program = programs.load(point.recording(), exit.isPresent(), OptionalLong.of(cookie))) {
            for (int tid : threads) {
                events.add(PerfUprobe.attach(program, tid, file.selfPath(), offset, semaphore));
            }
        }
    }

    private static List<Integer> threads(int pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> Integer.parseInt(task.getFileName().toString()))
                    .toList();
        }
    }

    /// Attaches a program that does nothing.
    ///
    /// @param multi by uprobe_multi, else by perf events
    /// @param offsets file offsets of instructions
    static Descriptor linkNothing(boolean multi, int pid, OpenFile file, List<Long> offsets) throws IOException {
        Program program = new Assembler().exit(0).finish();
        byte[] instructions = program.encode(_ -> -1);
        try (Descriptor loaded = Bpf.loadProgram("stet_nothing", new Bpf.ProgramKind(multi, false), instructions)) {
            if (multi) {
                long[] places = offsets.stream().mapToLong(offset -> offset).toArray();
                return UprobeMulti.attach(loaded, pid, file.selfPath(), places, new long[places.length]);
            }
            // With perf events the kernel itself removes what a child inherited, at its first hit (hazards L3).
            return PerfUprobe.attach(loaded, pid, file.selfPath(), offsets.getFirst());
        }
    }
}
