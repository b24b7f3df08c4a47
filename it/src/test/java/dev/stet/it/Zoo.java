package dev.stet.it;

import static dev.stet.it.ZooTarget.program;

import dev.stet.it.ZooTarget.Expected;
import dev.stet.it.ZooTarget.Naive;
import dev.stet.it.ZooTarget.Outcome;
import dev.stet.it.ZooTarget.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// All targets. What each program does is written at the top of its source, in `it/targets/zoo`.
final class Zoo {
    private static final Naive RETURN = Naive.atReturn("work");
    private static final Naive ENTRY = Naive.atEntry("work");
    private static final Expected DEBUGGER = new Expected.Exempt("stet-debugger");
    private static final Expected RULE = new Expected.NeedsRule();

    private final List<ZooTarget> targets = new ArrayList<>();

    private Zoo() {}

    static List<ZooTarget> targets() {
        Zoo zoo = new Zoo();
        zoo.returns();
        zoo.instructions();
        zoo.processes();
        zoo.memory();
        zoo.sandboxes();
        zoo.files();
        zoo.debuggers();
        return List.copyOf(zoo.targets);
    }

    private void add(String name, String row, String hazard, Script script, Expected expected, Naive naive) {
        targets.add(new ZooTarget(name, row, hazard, script, expected, naive));
    }

    private static Expected probed(int calls) {
        return new Expected.Probed(calls);
    }

    private void returns() {
        Path go = Targets.zooGo("1.26");
        Naive inGo = Naive.atReturn("main.work").harmful();
        add("go-grow", "R1", "Go moves stacks that grow and shrink", program(go, "grow"), probed(1000), inGo);
        add("go-switch", "R1", "goroutines change threads in a call", program(go, "switch"), probed(500), inGo);
        add("go-panic", "R1", "panic and recover through the function", program(go, "panic"), probed(500), inGo);
        add("go-goexit", "R1", "runtime.Goexit in the function", program(go, "goexit"), probed(100), inGo);
        add(
                "go-old",
                "R1",
                "the same by Go 1.15, arguments on the stack",
                program(Targets.zooGo("1.15"), "grow"),
                probed(1000),
                inGo);
        Path stacks = Targets.zoo("stacks");
        Naive harms = RETURN.harmful();
        add("swapcontext", "R2", "coroutines by swapcontext", program(stacks, "swapcontext"), probed(2000), harms);
        add("stack-switch", "R2", "another stack, by hand", program(stacks, "assembly"), probed(2000), harms);
        add("cxx-exceptions", "R3", "C++ exceptions", program(Targets.zooCxx("throws")), probed(1000), harms);
        add("rust-panics", "R3", "Rust panics, catch_unwind", program(Targets.zooRust("panics")), probed(1000), harms);
        add("backtrace", "R4", "backtrace(3) in the function", program(stacks, "backtrace"), probed(50), harms);
        add("recursion-70", "R8", "recursion, 70 deep", program(stacks, "recursion", "70"), probed(1000), RETURN);
        add("recursion-300", "R8", "recursion, 300 deep", program(stacks, "recursion", "300"), probed(5000), RETURN);
        add("tail-calls", "R9", "left by a jump to another function", program(stacks, "tail"), probed(3000), RETURN);
        add("longjmp", "R9", "longjmp out of the function", program(stacks, "longjmp"), probed(1500), RETURN);
        add(
                "alternate-stack",
                "-",
                "handlers on sigaltstack call it",
                program(stacks, "alternate"),
                probed(200),
                RETURN);
        add("signal-storm", "-", "4,000 signals while it runs", program(stacks, "storm"), probed(200), RETURN);
        add("threads", "-", "1,000 threads at once", program(stacks, "threads", "1000"), probed(1000), RETURN);
        add("more-threads", "-", "10,000 threads at once", program(stacks, "threads", "10000"), probed(10000), RETURN);
        Path python = Path.of("/usr/bin/python3.11");
        Requires.require(Files.isExecutable(python), "python3 (Debian 12)");
        add(
                "python-threads",
                "-",
                "the interpreter's lock",
                program(python, Targets.script("../zoo/threads.py").toString()),
                probed(1000),
                Naive.atReturn("PyObject_Str"));
    }

    private void instructions() {
        Path code = Targets.zoo("code");
        add("code", "I1-I4", "23 functions of odd instructions", program(code), probed(5000), Naive.NONE);
        add(
                "red-zone",
                "I1",
                "a nop of five bytes over a red zone",
                program(code),
                probed(5000),
                Naive.atEntry("work_red_inside").harmful());
        add(
                "bait",
                "I2",
                "a symbol in the middle of an instruction",
                program(code),
                probed(5000),
                Naive.atEntry("bait").harmful());
        add(
                "numbers-in-code",
                "I2",
                "numbers among the code that look like RET",
                program(code),
                probed(5000),
                Naive.atEntry("work_numbers").harmful());
        add(
                "lock-prefix",
                "I4",
                "a first instruction that cannot be probed",
                program(code),
                new Expected.Refused("LOCK prefix"),
                Naive.NONE);
        add("int3", "I4", "a breakpoint of its own", program(code), new Expected.Refused("int3"), Naive.NONE);
        Path place = Targets.zoo("place");
        add("plain", "-", "nothing: a program like any other", program(place), probed(500), RETURN);
        add(
                "static-pie",
                "I3",
                "a static program that is moved",
                program(Targets.zooLinked("place", "static-pie", "-static-pie")),
                probed(500),
                RETURN);
        add(
                "text-segment",
                "I3",
                "addresses far from offsets",
                program(Targets.zooLinked(
                        "place", "far", "-no-pie", "-Wl,-Ttext-segment=0x10000000", "-z", "noseparate-code")),
                probed(500),
                RETURN);
        add(
                "go-386",
                "I5",
                "a 32-bit program, mapped by a 64-bit one",
                program(Targets.zooGo386(), "grow"),
                new Expected.Refused("32-bit"),
                Naive.atEntry("main.work").mapsPrivately());
    }

    private void processes() {
        Path family = Targets.zoo("family");
        add("fork", "L3", "fork in the function", program(family, "fork"), probed(300), RETURN);
        add("vfork", "L3b", "vfork and exec in the function", program(family, "vfork"), probed(200), RETURN);
        add("posix-spawn", "L3b", "posix_spawn", program(family, "spawn"), probed(30), RETURN);
        add("shared-memory", "L3b", "children that share the memory", program(family, "shared"), probed(400), RETURN);
        add(
                "short-lived",
                "L9",
                "a thousand processes, 8 at once",
                program(family, "short", "1000"),
                probed(50),
                RETURN);
        add("fork-storm", "L3", "300 children with a child", program(family, "forks", "300"), probed(0), RETURN);
        add(
                "exec-storm",
                "L2",
                "200 programs, one after the other",
                program(family, "execs", "200"),
                probed(1),
                RETURN);
        add("exec-from-thread", "L2", "a thread runs exec", program(family, "exec-from-thread"), probed(100), RETURN);
        add("no-leader", "-", "the first thread ends before others", program(family, "leader"), probed(0), RETURN);
    }

    private void memory() {
        Path memory = Targets.zoo("memory");
        add(
                "checksum-marked",
                "T1",
                "a sum over its code, with ClickHouse's mark",
                program(Targets.zoo("memory", "HASH"), "checksum"),
                new Expected.Exempt("stet-self-checksum"),
                RETURN.harmful());
        add(
                "checksum",
                "T1",
                "a sum over its code, unmarked",
                program(own("memory", "checksum"), "checksum"),
                RULE,
                RETURN.harmful());
        add(
                "text-copy",
                "T2",
                "takes a copy of its code for it, later",
                program(own("memory", "copy"), "copy"),
                RULE,
                ENTRY.harmful());
        add(
                "text-copied",
                "T2",
                "took a copy of its code for it, before",
                program(memory, "copied"),
                new Expected.Exempt("stet-large-pages"),
                ENTRY);
        add(
                "hook",
                "T2",
                "moves first instructions elsewhere",
                program(own("memory", "hook"), "hook"),
                RULE,
                ENTRY.harmful());
        Path node = Requires.tool("node");
        try {
            node = node.toRealPath();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String clock = Targets.script("../zoo/clock.js").toString();
        add(
                "node",
                "I8",
                "Node.js, its code mapped twice",
                program(node, clock),
                probed(1000),
                Naive.atReturn("uv_hrtime"));
        add(
                "node-large-pages",
                "T2",
                "Node.js with --use-largepages=on",
                program(node, "--use-largepages=on", clock),
                new Expected.Exempt("stet-large-pages"),
                Naive.atEntry("uv_hrtime").harmful().attachedBefore());
        add("discard", "T5", "madvise(MADV_DONTNEED) on its code", program(memory, "discard"), probed(100), ENTRY);
        add("patch", "T6", "changes its own instructions", program(memory, "patch"), probed(100), ENTRY);
        add(
                "unmap",
                "T6",
                "unmaps a probed function",
                program(memory, "unmap"),
                probed(200),
                Naive.atEntry("work_gone"));
        add("guard", "-", "its code is PROT_NONE until a SIGSEGV", program(memory, "guard"), probed(1), ENTRY);
        add("twice", "I8", "maps its code a second time", program(memory, "twice"), probed(200), ENTRY);
        add("full", "T7", "has no room for a mapping", program(memory, "full"), probed(0), ENTRY);
        add("top-page", "T7", "has the page where probes step", program(memory, "top"), probed(100), ENTRY);
        add("mlockall", "T7", "all memory locked", program(memory, "lock"), probed(100), ENTRY);
        add("no-memory", "T7", "RLIMIT_AS of one byte", program(memory, "limit"), probed(100), ENTRY);
        add("execute-only", "-", "code that cannot be read", program(memory, "execute-only"), probed(100), ENTRY);
        add("again-and-again", "-", "dlopen and dlclose of a probed library", loads("again"), probed(100), Naive.NONE);
        add(
                "library-replaced",
                "L7",
                "another library by rename, in between",
                loads("replaced"),
                probed(100),
                Naive.NONE);
    }

    /// A build of its own: what dies under Stet is put in quarantine by its build ID, and with it all that share it.
    private static Path own(String program, String mode) {
        return Targets.zoo(program, "BUILD_OF=" + mode);
    }

    private static Script loads(String how) {
        return stage -> {
            Path library = stage.copy(Targets.zooLibrary(false));
            Path other = stage.copy(Targets.zooLibrary(true));
            Path program = stage.copy(Targets.zoo("loads"));
            try (TargetProcess process = stage.start(program, how, library.toString(), other.toString())) {
                stage.probe(process, library.getFileName().toString());
                return stage.finish(process);
            }
        };
    }

    private void sandboxes() {
        Path sandbox = Targets.zoo("sandbox");
        add("seccomp-strict", "R5", "seccomp, strict", program(sandbox, "strict"), probed(500), RETURN);
        add("seccomp-filter", "R5", "seccomp, a filter that kills", program(sandbox, "filter"), probed(500), RETURN);
        add(
                "syscall-dispatch",
                "R6",
                "Syscall User Dispatch",
                program(sandbox, "dispatch"),
                probed(500),
                RETURN.harmful());
        add("single-steps", "-", "the processor's trap flag", program(sandbox, "trap-flag"), probed(10), Naive.NONE);
        add("undumpable", "-", "PR_SET_DUMPABLE 0", program(sandbox, "undumpable"), probed(500), RETURN);
        add("chroot", "L7", "another root directory", program(sandbox, "chroot", "/usr"), probed(500), RETURN);
        add("mount-namespace", "L7", "mounts of its own", program(sandbox, "namespace"), probed(500), RETURN);
    }

    private void files() {
        Path place = Targets.zoo("place");
        Path other = Targets.zoo("place", "OTHER");
        add("memfd", "L7", "a program in memory only", program(place, "memory"), probed(500), Naive.NONE);
        add(
                "deleted",
                "A6",
                "its file is deleted",
                stage -> {
                    Path program = stage.copy(place);
                    try (TargetProcess process = stage.start(program)) {
                        stage.probe(process, program.getFileName().toString());
                        Files.delete(program);
                        return stage.finish(process);
                    }
                },
                probed(500),
                RETURN);
        add(
                "replaced",
                "L5",
                "another program by rename, while it runs",
                twice(place, other, false),
                probed(900),
                ENTRY);
        add(
                "written-over",
                "L6",
                "another program in the same file",
                twice(place, other, true),
                probed(900),
                ENTRY.harmful());
        add(
                "inode-reused",
                "L5",
                "deleted, and another made at once",
                stage -> {
                    Path program = stage.copy(place);
                    List<String> lines = new ArrayList<>();
                    Outcome first = once(stage, program);
                    lines.addAll(first.lines());
                    Files.delete(program);
                    Files.copy(other, program);
                    Outcome second = once(stage, program);
                    lines.addAll(second.lines());
                    return new Outcome(Math.max(first.exit(), second.exit()), lines);
                },
                probed(900),
                Naive.NONE);
        add(
                "stalled",
                "A5",
                "its file system (FUSE) stops answering",
                Zoo::stalled,
                new Expected.Undecided("on a file system of type fuse"),
                Naive.NONE);
        add(
                "one-layer",
                "L7",
                "two containers' overlays of one layer, the same file in both",
                Zoo::oneLayer,
                probed(1000),
                Naive.NONE);
        add(
                "unmounted",
                "A6",
                "its file system is unmounted",
                stage -> unmounted(stage, Targets.zoo("place"), 1),
                probed(500),
                RETURN.harmful());
        add(
                "unmounted-go",
                "A6",
                "the same of a Go program, whose types Stet may look up",
                stage -> unmounted(stage, Targets.zooGo("1.26"), 4, "goexit"),
                probed(100),
                Naive.NONE);
    }

    private static Outcome once(ZooStage stage, Path program) {
        try (TargetProcess process = stage.start(program)) {
            stage.probe(process, program.getFileName().toString());
            return stage.finish(process);
        }
    }

    /// Runs a program, and then the other from the same path.
    private static Script twice(Path one, Path other, boolean inPlace) {
        return stage -> {
            Path program = stage.copy(one);
            List<String> lines = new ArrayList<>();
            Outcome first;
            try (TargetProcess process = stage.start(program)) {
                stage.probe(process, program.getFileName().toString());
                if (!inPlace) {
                    Path next = stage.copy(other, "next");
                    Files.move(next, program, StandardCopyOption.ATOMIC_MOVE);
                }
                first = stage.finish(process);
            }
            lines.addAll(first.lines());
            if (inPlace) {
                Files.write(program, Files.readAllBytes(other));
            }
            Outcome second = once(stage, program);
            lines.addAll(second.lines());
            return new Outcome(second.exit(), lines);
        };
    }

    /// The same program at once from two overlays of one layer, as two containers of one image have it.
    private static Outcome oneLayer(ZooStage stage) throws IOException, InterruptedException {
        Path layer = Files.createDirectory(stage.directory().resolve("layer"));
        var ignored = Files.copy(Targets.zoo("place"), layer.resolve("zoo-place"));
        Path one = overlay(stage, layer, "one");
        Path two = overlay(stage, layer, "two");
        try (TargetProcess first = stage.start(one.resolve("zoo-place"));
                TargetProcess second = stage.start(two.resolve("zoo-place"))) {
            stage.probe(first, "one/zoo-place");
            stage.probe(second, "two/zoo-place");
            List<String> lines = new ArrayList<>(stage.finish(first).lines());
            Outcome last = stage.finish(second);
            lines.addAll(last.lines());
            return new Outcome(last.exit(), lines);
        } finally {
            var _ = run("umount", "--lazy", one.toString());
            var _ = run("umount", "--lazy", two.toString());
        }
    }

    private static Path overlay(ZooStage stage, Path layer, String name) throws IOException, InterruptedException {
        Path upper = Files.createDirectory(stage.directory().resolve(name + "-upper"));
        Path work = Files.createDirectory(stage.directory().resolve(name + "-work"));
        Path mounted = Files.createDirectory(stage.directory().resolve(name));
        String options = "lowerdir=%s,upperdir=%s,workdir=%s".formatted(layer, upper, work);
        Requires.require(
                run("mount", "-t", "overlay", "-o", options, "stet-zoo", mounted.toString()) == 0,
                "the right to mount an overlay");
        return mounted;
    }

    /// @param seconds from the program's end to the unmounting: whoever ends one does not do so in the same instant
    private static Outcome unmounted(ZooStage stage, Path source, long seconds, String... arguments)
            throws IOException, InterruptedException {
        Path mounted = Files.createDirectory(stage.directory().resolve("mounted"));
        Requires.require(
                run("mount", "-t", "tmpfs", "-o", "size=16m", "stet-zoo", mounted.toString()) == 0,
                "the right to mount");
        Outcome ended;
        try {
            Path program = Files.copy(source, mounted.resolve("zoo-place"));
            try (TargetProcess process = stage.start(program, arguments)) {
                stage.probe(process, "mounted/zoo-place");
                ended = stage.finish(process);
            }
        } finally {
            TimeUnit.SECONDS.sleep(seconds);
        }
        int exit = run("umount", mounted.toString());
        List<String> lines = new ArrayList<>(ended.lines());
        lines.add("umount: exit " + exit);
        if (exit != 0) {
            var ignored = run("umount", "--lazy", mounted.toString());
        }
        return new Outcome(ended.exit(), lines);
    }

    /// Its file system stops answering. No naive tool is tried: every fork on the machine would wait.
    private static Outcome stalled(ZooStage stage) throws IOException, InterruptedException {
        Requires.require(Files.exists(Path.of("/dev/fuse")), "/dev/fuse");
        Path mounted = Files.createDirectory(stage.directory().resolve("mounted"));
        try (TargetProcess server = TargetProcess.startReady(
                Targets.zoo("stalled"), mounted.toString(), Targets.zoo("place").toString())) {
            Path program = mounted.resolve("program");
            // So that the program itself has all it needs.
            var ignored = Files.readAllBytes(program);
            try (TargetProcess process = stage.start(program)) {
                server.signal("USR1");
                var _ = server.awaitLine(line -> line.equals("stalled"), Duration.ofSeconds(5));
                stage.probe(process, "mounted/program");
                List<String> lines = new ArrayList<>(List.of("a fork elsewhere: " + run("true")));
                Outcome outcome = stage.finish(process);
                lines.addAll(outcome.lines());
                return new Outcome(outcome.exit(), lines);
            }
        } finally {
            var ignored = run("umount", "--lazy", mounted.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            var ignored = process.destroyForcibly();
            throw new AssertionError("does not end: " + String.join(" ", command));
        }
        return process.exitValue();
    }

    private void debuggers() {
        Path place = Targets.zoo("place");
        add("strace-before", "R7", "strace is attached before", strace(place, true), DEBUGGER, RETURN);
        add("strace-after", "R7", "strace comes later", strace(place, false), probed(0), RETURN.harmful());
        add(
                "gdb-before",
                "T3",
                "gdb runs it, with a breakpoint at the same place",
                gdbStarts(place),
                DEBUGGER,
                ENTRY.harmful());
        add("gdb-after", "T3", "gdb comes later, to the same place", gdbComes(place), probed(0), ENTRY.harmful());
        add(
                "traced-by-parent",
                "R7",
                "a child that its parent traces",
                program(Targets.zoo("sandbox"), "traced"),
                probed(0),
                RETURN.harmful());
    }

    /// Counts the system calls that strace does not know.
    private static Script strace(Path program, boolean before) {
        return stage -> {
            Path log = stage.directory().resolve("strace.log");
            try (TargetProcess process = stage.start(stage.copy(program))) {
                if (!before) {
                    stage.probe(process, program.getFileName().toString());
                }
                try (TargetProcess strace =
                        TargetProcess.start(Requires.tool("strace"), "-p", "" + process.pid(), "-o", log.toString())) {
                    var ignored = strace.awaitErrorLine(line -> line.contains("attached"), Duration.ofSeconds(10));
                    if (before) {
                        stage.probe(process, program.getFileName().toString());
                    } else {
                        stage.awaitExempt(process, "stet-debugger");
                    }
                    Outcome outcome = stage.finish(process);
                    var ended = strace.waitFor(Duration.ofSeconds(10));
                    List<String> lines = new ArrayList<>(outcome.lines());
                    lines.add("strange calls: "
                            + Files.readAllLines(log).stream()
                                    .filter(line -> line.startsWith("syscall_"))
                                    .count() + ", strace: " + ended);
                    return new Outcome(outcome.exit(), lines);
                }
            }
        };
    }

    /// Counts how often gdb is stopped by its breakpoint at the probed function; gdb has started the program.
    private static Script gdbStarts(Path program) {
        return stage -> {
            Path copy = stage.copy(program);
            List<String> arguments = gdb();
            arguments.addAll(List.of("-ex", "set startup-with-shell off", "-ex", "starti"));
            arguments.addAll(BREAK);
            arguments.addAll(List.of("--args", copy.toString()));
            try (TargetProcess gdb = TargetProcess.startReady(Requires.tool("gdb"), arguments.toArray(String[]::new))) {
                String ready = gdb.awaitLine(line -> line.startsWith("ready "), Duration.ofSeconds(5))
                        .text();
                long pid = Long.parseLong(ready.replace("ready pid=", ""));
                stage.probe(pid, copy.getFileName().toString());
                var sent = run("kill", "-USR1", "" + pid);
                Outcome outcome = stage.end(gdb);
                List<String> lines = new ArrayList<>(List.of("kill: " + sent, stops(gdb)));
                outcome.lines().stream()
                        .filter(line -> line.startsWith("result "))
                        .forEach(lines::add);
                return new Outcome(outcome.exit(), lines);
            }
        };
    }

    /// The same; gdb comes when it has been probed for a while.
    private static Script gdbComes(Path program) {
        return stage -> {
            try (TargetProcess process = stage.start(stage.copy(program))) {
                stage.probe(process, program.getFileName().toString());
                List<String> arguments = gdb();
                arguments.addAll(List.of("-p", "" + process.pid(), "-ex", "shell sleep 3"));
                arguments.addAll(BREAK);
                try (TargetProcess gdb = TargetProcess.start(Requires.tool("gdb"), arguments.toArray(String[]::new))) {
                    stage.awaitExempt(process, "stet-debugger");
                    var ignored = gdb.awaitLine(line -> line.startsWith("Breakpoint 1"), Duration.ofSeconds(15));
                    awaitRunning(process);
                    Outcome outcome = stage.finish(process);
                    var ended = gdb.waitFor(Duration.ofSeconds(15));
                    List<String> lines = new ArrayList<>(outcome.lines());
                    lines.add("gdb: " + ended + " " + stops(gdb));
                    return new Outcome(outcome.exit(), lines);
                }
            }
        };
    }

    private static String stops(TargetProcess gdb) {
        return gdb.stdout().stream()
                .filter(line -> line.contains("already hit"))
                .map(String::strip)
                .findFirst()
                .orElse("gdb never stopped");
    }

    private static final List<String> BREAK =
            List.of("-ex", "break *work", "-ex", "ignore 1 1000000", "-ex", "continue", "-ex", "info breakpoints");

    private static List<String> gdb() {
        return new ArrayList<>(List.of(
                "-nx",
                "-q",
                "-batch",
                "-ex",
                "set debuginfod enabled off",
                "-ex",
                "handle SIGUSR1 nostop noprint pass"));
    }

    /// Waits until gdb lets it run.
    private static void awaitRunning(TargetProcess process) throws IOException, InterruptedException {
        Path stat = Path.of("/proc", "" + process.pid(), "stat");
        for (int i = 0; i < 500 && Files.readString(stat).contains(") t "); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
