package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No binary brings Stet down: of 200 broken ones, some run and some mapped by others, each is refused by
/// name or probed, while a healthy program is traced on.
class MalformedBinariesTest {
    private static final int FILES = 200;
    private static final int RUN = 48;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// The JVM's heap is limited to 256 MiB; code, metadata and rings come on top.
    private static final long MAX_RESIDENT_KIB = 600 << 10;

    private static final String[] LIBRARIES = {"libsqlite3.so.0", "libssl.so.3", "libc.so.6"};

    @TempDir
    private Path directory;

    private final long seed = Long.getLong("stet.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /// A 64-bit ELF file to be damaged. Offsets are from the gABI's Elf64_Ehdr and Elf64_Shdr.
    private static final class Elf {
        static final int EHDR_BYTES = 64;
        static final int PHDR_BYTES = 56;
        static final int SHDR_BYTES = 64;
        static final int E_PHOFF = 32;
        static final int E_SHOFF = 40;
        static final int E_PHNUM = 56;
        static final int E_SHNUM = 60;
        static final int E_SHSTRNDX = 62;
        static final int SH_TYPE = 4;
        static final int SH_OFFSET = 24;
        static final int SH_SIZE = 32;
        static final int SH_LINK = 40;
        static final int SH_ENTSIZE = 56;

        private byte[] bytes;

        Elf(byte[] original) {
            bytes = original.clone();
        }

        ByteBuffer view() {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        void cut(long length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, bytes.length));
        }

        int sectionCount() {
            return Short.toUnsignedInt(view().getShort(E_SHNUM));
        }

        /// Where the header of a section is.
        int sectionAt(int index) {
            return Math.toIntExact(view().getLong(E_SHOFF)) + index * SHDR_BYTES;
        }

        /// The header of the first section of a name.
        Optional<Integer> section(String name) {
            int names = (int) view().getLong(sectionAt(Short.toUnsignedInt(view().getShort(E_SHSTRNDX))) + SH_OFFSET);
            for (int i = 0; i < sectionCount(); i++) {
                int at = names + view().getInt(sectionAt(i));
                byte[] wanted = (name + "\0").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return Optional.of(sectionAt(i));
                }
            }
            return Optional.empty();
        }

        /// Flips bits at random within a range.
        void flip(Random random, long from, long to, int count) {
            for (int i = 0; i < count && to > from; i++) {
                bytes[(int) random.nextLong(from, Math.min(to, bytes.length))] ^= (byte) (1 << random.nextInt(8));
            }
        }

        /// Flips bits in the content of a section, if there is one of that name.
        void flipIn(Random random, String section, int count) {
            section(section).ifPresent(at -> {
                long start = view().getLong(at + SH_OFFSET);
                flip(random, start, start + view().getLong(at + SH_SIZE), count);
            });
        }

        /// Changes one field of the header of a section, if there is one of that name.
        void lie(String section, int field, long value) {
            section(section).ifPresent(at -> view().putLong(at + field, value));
        }
    }

    /// Damage that leaves nothing to probe: such a file must be refused.
    private static Map<String, Consumer<Elf>> fatal() {
        Map<String, Consumer<Elf>> damage = new LinkedHashMap<>();
        damage.put("empty", elf -> elf.cut(0));
        damage.put("magic-only", elf -> elf.cut(4));
        damage.put("cut-in-identification", elf -> elf.cut(15));
        damage.put("cut-in-header", elf -> elf.cut(Elf.EHDR_BYTES - 1));
        damage.put("header-only", elf -> elf.cut(Elf.EHDR_BYTES));
        damage.put("cut-in-program-headers", elf -> elf.cut(Elf.EHDR_BYTES + Elf.PHDR_BYTES + 1));
        damage.put("text", elf -> Arrays.fill(elf.bytes, (byte) '#'));
        damage.put("zeros", elf -> Arrays.fill(elf.bytes, (byte) 0));
        damage.put("class-32", elf -> elf.bytes[4] = 1);
        damage.put("class-9", elf -> elf.bytes[4] = 9);
        damage.put("big-endian", elf -> elf.bytes[5] = 2);
        damage.put("relocatable", elf -> elf.view().putShort(16, (short) 1));
        damage.put("core", elf -> elf.view().putShort(16, (short) 4));
        damage.put("mips", elf -> elf.view().putShort(18, (short) 8));
        damage.put("aarch64", elf -> elf.view().putShort(18, (short) 183));
        damage.put("phentsize-1", elf -> elf.view().putShort(54, (short) 1));
        damage.put("phoff-huge", elf -> elf.view().putLong(Elf.E_PHOFF, 1L << 63));
        damage.put("phoff-last-byte", elf -> elf.view().putLong(Elf.E_PHOFF, elf.bytes.length - 1));
        return damage;
    }

    /// Damage that may leave something.
    private static Map<String, Consumer<Elf>> lies() {
        Map<String, Consumer<Elf>> damage = new LinkedHashMap<>();
        damage.put("phnum-max", elf -> elf.view().putShort(Elf.E_PHNUM, (short) -1));
        damage.put("shoff-max", elf -> elf.view().putLong(Elf.E_SHOFF, -1L));
        damage.put("shoff-last-byte", elf -> elf.view().putLong(Elf.E_SHOFF, elf.bytes.length - 1));
        damage.put("shnum-max", elf -> elf.view().putShort(Elf.E_SHNUM, (short) -1));
        damage.put("shnum-0", elf -> elf.view().putShort(Elf.E_SHNUM, (short) 0));
        damage.put("shentsize-0", elf -> elf.view().putShort(58, (short) 0));
        damage.put("shentsize-max", elf -> elf.view().putShort(58, (short) -1));
        damage.put("shstrndx-max", elf -> elf.view().putShort(Elf.E_SHSTRNDX, (short) -2));
        for (String section : List.of(".dynsym", ".dynstr", ".note.gnu.build-id", ".text")) {
            damage.put("size-max" + section, elf -> elf.lie(section, Elf.SH_SIZE, -1L));
            damage.put("size-2^63" + section, elf -> elf.lie(section, Elf.SH_SIZE, 1L << 63));
            damage.put("size-2^40" + section, elf -> elf.lie(section, Elf.SH_SIZE, 1L << 40));
            damage.put("offset-max" + section, elf -> elf.lie(section, Elf.SH_OFFSET, -8L));
        }
        damage.put("dynsym-entsize-0", elf -> elf.lie(".dynsym", Elf.SH_ENTSIZE, 0));
        damage.put("dynsym-entsize-1", elf -> elf.lie(".dynsym", Elf.SH_ENTSIZE, 1));
        damage.put("dynsym-link-far", elf -> elf.lie(".dynsym", Elf.SH_LINK, 0xffffL));
        damage.put(
                "dynsym-nobits",
                elf -> elf.section(".dynsym").ifPresent(at -> elf.view().putInt(at + Elf.SH_TYPE, 8)));
        damage.put("dynstr-compressed", elf -> elf.lie(".dynstr", 8, 1 << 11));
        damage.put("segments-wrap", elf -> eachSegment(elf, 8, -4096L));
        damage.put("segments-huge", elf -> eachSegment(elf, 32, 1L << 62));
        damage.put("segments-not-executable", elf -> {
            for (int at = Elf.EHDR_BYTES; at < Elf.EHDR_BYTES + 14 * Elf.PHDR_BYTES; at += Elf.PHDR_BYTES) {
                elf.view().putInt(at + 4, 4);
            }
        });
        return damage;
    }

    private static void eachSegment(Elf elf, int field, long value) {
        int count = Short.toUnsignedInt(elf.view().getShort(Elf.E_PHNUM));
        for (int i = 0; i < count; i++) {
            elf.view().putLong(Elf.EHDR_BYTES + i * Elf.PHDR_BYTES + field, value);
        }
    }

    /// Damage that a seed decides.
    private void damageAtRandom(Elf elf) {
        switch (random.nextInt(7)) {
            case 0 -> elf.cut(random.nextLong(elf.bytes.length));
            case 1 -> elf.flip(random, 0, 1024, 1 + random.nextInt(8));
            case 2 -> elf.flip(random, elf.sectionAt(0), elf.bytes.length, 1 + random.nextInt(32));
            case 3 -> elf.flipIn(random, ".dynsym", 1 + random.nextInt(2000));
            case 4 -> elf.flipIn(random, ".dynstr", 1 + random.nextInt(200));
            case 5 -> elf.flipIn(random, ".text", 1 + random.nextInt(20_000));
            default -> elf.flip(random, 0, elf.bytes.length, 1 + random.nextInt(10_000));
        }
    }

    /// Damage that the kernel and the dynamic linker do not look at.
    private void damageWhatDoesNotRun(Elf elf) {
        switch (random.nextInt(9)) {
            case 0 -> elf.flip(random, elf.sectionAt(0), elf.sectionAt(elf.sectionCount()), 1 + random.nextInt(64));
            case 1 -> elf.view().putLong(Elf.E_SHOFF, random.nextLong());
            case 2 -> elf.view().putShort(Elf.E_SHNUM, (short) random.nextInt());
            case 3 -> elf.flipIn(random, ".symtab", 1 + random.nextInt(2000));
            case 4 -> elf.flipIn(random, ".strtab", 1 + random.nextInt(2000));
            case 5 -> elf.flipIn(random, random.nextBoolean() ? ".note.gnu.build-id" : ".note.go.buildid", 8);
            case 6 -> elf.flipIn(random, ".go.buildinfo", 1 + random.nextInt(16));
            case 7 ->
                elf.section(".gopclntab").ifPresent(at -> {
                    // The first part has what the runtime itself needs to start; the names are for tracebacks.
                    long start = elf.view().getLong(at + Elf.SH_OFFSET);
                    elf.flip(random, start + 64, start + elf.view().getLong(at + Elf.SH_SIZE), 1 + random.nextInt(20));
                });
            default -> {
                int section = elf.sectionAt(random.nextInt(Math.max(elf.sectionCount(), 1)));
                elf.view().putLong(section + Elf.SH_OFFSET + 8 * random.nextInt(2), random.nextLong());
            }
        }
    }

    @Test
    void noneBringsStetDown() throws IOException, InterruptedException {
        Requires.root();
        Requires.uprobeMulti();
        Figure.print("malformed binaries: seed %d (replay: -Dstet.seed=%d)".formatted(seed, seed));
        Path healthy = program("healthy", Files.readAllBytes(Targets.sqliteUser()));
        Path mapper = program("mapper", Files.readAllBytes(Targets.mapper()));
        Set<Path> mustBeRefused = new HashSet<>();
        List<Path> mapped = mappedFiles(FILES - RUN, mustBeRefused);
        List<TargetProcess> running = new ArrayList<>();
        try (TargetProcess good = TargetProcess.startReady(healthy, "20000", "0");
                StetProcess stet = StetProcess.start("run", "--json", "--exe", directory + "/**")) {
            running.addAll(startDamaged(RUN / 2));
            running.add(map(mapper, mapped.subList(0, mapped.size() / 2)));
            Events events = Events.of(stet);
            var _ = events.awaitApplied(0);
            // The other half comes while Stet runs.
            running.addAll(startDamaged(RUN - RUN / 2));
            running.add(map(mapper, mapped.subList(mapped.size() / 2, mapped.size())));
            int all = events.now();

            var _ = events.awaitCall(all, good.pid());
            awaitSettled(events);
            Set<String> refused = refused(events);
            assertThat(mustBeRefused)
                    .as("files that must be refused")
                    .allSatisfy(file ->
                            assertThat(refused.contains(file.toString())).isTrue());
            Set<String> attached = events.since(0, "attached").stream()
                    .map(event -> event.text("file"))
                    .collect(Collectors.toSet());
            report(mapped, running, refused, attached);
            assertThat(events.since(0, "refused"))
                    .allSatisfy(event ->
                            assertThat(event.json().get("refusals").toString()).doesNotContain("Exception"));
            // A mistake of Stet's about one process would be a notice.
            assertThat(events.since(0, "notice")).isEmpty();
            long resident = highWater(stet.pid());
            Figure.print("malformed binaries: Stet's memory was at most %d MiB".formatted(resident >> 10));
            assertThat(resident).isLessThan(MAX_RESIDENT_KIB);
            int before = events.now();
            var _ = events.awaitCall(before, good.pid());
            stet.signal("TERM");
            assertThat(stet.waitFor(LIMIT)).isEqualTo(143);
            assertThat(events.since(0, "summary")).hasSize(1);
            assertThat(String.join("\n", stet.stderr()))
                    .doesNotContain("Exception")
                    .doesNotContain("\tat ");
            for (TargetProcess each : running) {
                assertThat(each.isAlive()).as("still runs").isTrue();
                assertThat(TextBytes.of(each.pid()).differences()).isEmpty();
            }
            assertThat(TextBytes.of(good.pid()).differences()).isEmpty();
            assertThat(good.stop()).startsWith("done ");
        } finally {
            running.forEach(TargetProcess::close);
        }
    }

    private void report(List<Path> mapped, List<TargetProcess> running, Set<String> refused, Set<String> attached) {
        long refusedMapped = mapped.stream()
                .filter(file -> refused.contains(file.toString()))
                .count();
        long attachedMapped = mapped.stream()
                .filter(file -> attached.contains(file.toString()))
                .count();
        long refusedRun =
                refused.stream().filter(file -> file.contains("/run/")).count();
        long attachedRun =
                attached.stream().filter(file -> file.contains("/run/")).count();
        long neither = mapped.stream()
                .map(Path::toString)
                .filter(file -> !refused.contains(file) && !attached.contains(file))
                .count();
        Figure.print("malformed binaries: of %d mapped, %d refused by name, %d probed, %d have nothing to probe"
                .formatted(mapped.size(), refusedMapped, attachedMapped, neither));
        Figure.print("malformed binaries: of %d run, %d refused by name, %d probed"
                .formatted(running.size() - 2, refusedRun, attachedRun));
    }

    private static Set<String> refused(Events events) {
        return events.since(0, "refused").stream()
                .map(event -> event.text("file"))
                .collect(Collectors.toSet());
    }

    /// Waits until two seconds have passed in which nothing new was attached or refused.
    private static void awaitSettled(Events events) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int seen = -1, now = 0; seen != now && System.nanoTime() < deadline; ) {
            seen = now;
            Thread.sleep(2000);
            now = events.since(0, "refused").size()
                    + events.since(0, "attached").size();
        }
    }

    private TargetProcess map(Path mapper, List<Path> files) throws IOException {
        Path list = directory.resolve("list-" + files.getFirst().getParent().getFileName());
        Files.write(list, files.stream().map(Path::toString).toList());
        TargetProcess process = TargetProcess.startReady(mapper, "@" + list, fifo().toString());
        assertThat(process.stdout())
                .filteredOn(line -> line.startsWith("mapped "))
                .hasSize(files.size());
        return process;
    }

    /// A named pipe, which cannot be mapped.
    private Path fifo() {
        Path fifo = directory.resolve("fifo");
        if (!Files.exists(fifo)) {
            try (TargetProcess maker = TargetProcess.start(Requires.tool("mkfifo"), fifo.toString())) {
                assertThat(maker.waitFor(LIMIT)).isZero();
            }
        }
        return fifo;
    }

    /// Files with the names of libraries that the built-in packs are for, each in a directory of its own.
    private List<Path> mappedFiles(int count, Set<Path> mustBeRefused) throws IOException {
        List<byte[]> originals = new ArrayList<>();
        for (String library : LIBRARIES) {
            originals.add(Files.readAllBytes(Path.of("/usr/lib/x86_64-linux-gnu", library)));
        }
        List<Path> files = new ArrayList<>();
        for (var damage : fatal().entrySet()) {
            Path file = damaged(files.size(), damage.getKey(), originals, damage.getValue());
            mustBeRefused.add(file);
            files.add(file);
        }
        for (var damage : lies().entrySet()) {
            files.add(damaged(files.size(), damage.getKey(), originals, damage.getValue()));
        }
        Path sparse = damaged(
                files.size(), "sparse-8-gib", originals, elf -> elf.view().putLong(Elf.E_SHOFF, (8L << 30) - 64 * 30));
        extend(sparse);
        files.add(sparse);
        Path nothing = damaged(files.size(), "sparse-zeros-8-gib", originals, elf -> elf.cut(0));
        extend(nothing);
        mustBeRefused.add(nothing);
        files.add(nothing);
        while (files.size() < count) {
            files.add(damaged(files.size(), "random", originals, this::damageAtRandom));
        }
        return files;
    }

    private static void extend(Path file) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(8L << 30);
        }
    }

    private Path damaged(int index, String what, List<byte[]> originals, Consumer<Elf> damage) throws IOException {
        int which = index % LIBRARIES.length;
        Elf elf = new Elf(originals.get(which));
        damage.accept(elf);
        Path place = Files.createDirectories(
                directory.resolve("map").resolve("%03d-%s".formatted(index, what.replace('.', '_'))));
        return Files.write(place.resolve(LIBRARIES[which]), elf.bytes);
    }

    /// Programs that run all the same.
    private List<TargetProcess> startDamaged(int count) throws IOException {
        byte[] go = Files.readAllBytes(Targets.goHot());
        byte[] stripped = Files.readAllBytes(Targets.goHotStripped());
        byte[] c = Files.readAllBytes(Targets.caller());
        List<TargetProcess> running = new ArrayList<>();
        Path place = Files.createDirectories(directory.resolve("run"));
        for (int tries = 0; running.size() < count; tries++) {
            assertThat(tries).as("tries to make programs that run").isLessThan(10 * count);
            boolean isGo = random.nextInt(3) > 0;
            Elf elf = new Elf(!isGo ? c : random.nextInt(3) == 0 ? go : stripped);
            damageWhatDoesNotRun(elf);
            Path program =
                    program(place.getFileName() + "/" + (isGo ? "go-" : "c-") + random.nextInt(1 << 30), elf.bytes);
            String[] arguments = isGo ? new String[] {"-self", "0", "-wait"} : new String[] {"100000", "0"};
            start(program, arguments).ifPresent(running::add);
        }
        return running;
    }

    /// Empty if it does not run.
    private static Optional<TargetProcess> start(Path program, String... arguments) {
        TargetProcess process;
        try {
            process = TargetProcess.start(program, arguments);
        } catch (UncheckedIOException e) {
            return Optional.empty(); // the kernel does not take it
        }
        try {
            process.awaitReady();
            return Optional.of(process);
        } catch (AssertionError e) {
            process.close();
            return Optional.empty();
        }
    }

    private Path program(String name, byte[] bytes) throws IOException {
        Path program = Files.write(directory.resolve(name), bytes);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    /// The most memory that a process has had, in KiB.
    private static long highWater(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
