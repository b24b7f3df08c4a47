package dev.stet.binary.fuzz;

import dev.stet.binary.TestClassPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs Jazzer in a virtual machine of its own, for it has native code and instruments what it calls.
///
/// `binary/fuzz` calls it for long runs, one target after the other; a test for a short one of all.
public final class FuzzRun {
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: +(\\d+)");
    private static final Pattern PROGRESS = Pattern.compile("^#(\\d+)\\s.* cov: (\\d+)");
    private static final Pattern FOUND = Pattern.compile("^== Java Exception: (.*)");

    /// After so many different ones a run ends: they want mending before more are looked for.
    private static final int MAX_FINDINGS = 20;

    private FuzzRun() {}

    /// What came of a run.
    ///
    /// @param target empty if it was of all
    /// @param executions how many inputs were tried
    /// @param coverage how many edges of the code were reached
    /// @param findings each once
    /// @param problem why the run did not come to its end; empty if it did
    record Result(
            Optional<FuzzTarget> target,
            long executions,
            long coverage,
            long seconds,
            Set<String> findings,
            String problem) {
        private static final String HEAD =
                "%-12s %12s %8s %8s %9s%n".formatted("target", "executions", "edges", "seconds", "findings");

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("%-12s %,12d %,8d %,8d %9d%n"
                    .formatted(
                            target.map(FuzzTarget::name).orElse("all"),
                            executions,
                            coverage,
                            seconds,
                            findings.size()));
            findings.forEach(finding -> text.append("    ").append(finding).append('\n'));
            return problem.isEmpty()
                    ? text.toString()
                    : text.append("    ").append(problem).append('\n').toString();
        }
    }

    /// `MINUTES [TARGET...]`: in total, divided among the targets. Exit code 1 if something was found.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<FuzzTarget> targets = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            targets.add(FuzzTarget.valueOf(arguments[i].toUpperCase(java.util.Locale.ROOT)));
        }
        if (targets.isEmpty()) {
            targets.addAll(List.of(FuzzTarget.values()));
        }
        long seconds = Math.max(5, Math.round(60 * Double.parseDouble(arguments[0]) / targets.size()));
        Path directory = Path.of("target/fuzz");
        List<Result> results = new ArrayList<>();
        for (FuzzTarget target : targets) {
            Result result = run(Optional.of(target), seconds, directory);
            System.out.print((results.isEmpty() ? Result.HEAD : "") + result);
            results.add(result);
        }
        long executions = results.stream().mapToLong(Result::executions).sum();
        int findings =
                results.stream().mapToInt(result -> result.findings().size()).sum();
        System.out.printf(
                "%,d executions, %d findings; inputs in %s%n", executions, findings, directory.toAbsolutePath());
        boolean sound = results.stream()
                .allMatch(r -> r.findings().isEmpty() && r.problem().isEmpty());
        System.exit(sound ? 0 : 1);
    }

    /// Fuzzes one target, or all in one run.
    ///
    /// @param directory for the corpus that grows, the log, and inputs that show a fault
    static Result run(Optional<FuzzTarget> target, long seconds, Path directory)
            throws IOException, InterruptedException {
        String name = target.map(FuzzTarget::directory).orElse("all");
        Path corpus = Files.createDirectories(directory.resolve(name).resolve("corpus"));
        Path found = Files.createDirectories(directory.resolve(name).resolve("found"));
        Path seeds = target.isPresent()
                ? CorpusTest.CORPORA.resolve(name)
                : seedsOfAll(Files.createDirectories(directory.resolve(name).resolve("seeds")));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dstet.fuzz.target=" + target.map(FuzzTarget::name).orElse(""),
                "-cp",
                TestClassPath.get(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzMain.class.getName(),
                "--instrumentation_includes=dev.stet.**",
                "--instrumentation_excludes=dev.stet.testkit.**:dev.stet.binary.fuzz.**"
                        + ":dev.stet.binary.Everything**:dev.stet.binary.Fingerprint**",
                "--keep_going=" + MAX_FINDINGS,
                "--reproducer_path=" + found,
                "-artifact_prefix=" + found + "/",
                "-max_total_time=" + seconds,
                "-timeout=120",
                "-rss_limit_mb=1500",
                "-len_control=20",
                "-max_len=8192",
                "-print_final_stats=1",
                corpus.toString(),
                seeds.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return follow(process, target, directory.resolve(name).resolve("log"));
    }

    private static Result follow(Process process, Optional<FuzzTarget> target, Path log)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        long executions = 0;
        long coverage = 0;
        Set<String> findings = new LinkedHashSet<>();
        Files.deleteIfExists(log);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                Matcher progress = PROGRESS.matcher(line);
                if (progress.find()) {
                    executions = Math.max(executions, Long.parseLong(progress.group(1)));
                    coverage = Math.max(coverage, Long.parseLong(progress.group(2)));
                }
                Matcher executed = EXECUTED.matcher(line);
                if (executed.find()) {
                    executions = Long.parseLong(executed.group(1));
                }
                Matcher finding = FOUND.matcher(line);
                if (finding.find()) {
                    findings.add(finding.group(1));
                }
            }
        } finally {
            process.destroy();
        }
        int status = process.waitFor();
        // 77: Jazzer's for a finding.
        String problem =
                status == 0 || (status == 77 && !findings.isEmpty()) ? "" : "ended with " + status + ": see " + log;
        return new Result(
                target, executions, coverage, (System.nanoTime() - began) / 1_000_000_000L, findings, problem);
    }

    /// The seeds of all targets, each with the byte behind it that chooses the target.
    private static Path seedsOfAll(Path directory) throws IOException {
        List<FuzzTarget> targets = List.of(FuzzTarget.values());
        for (FuzzTarget target : targets) {
            try (var files = Files.list(CorpusTest.CORPORA.resolve(target.directory()))) {
                for (Path file : files.toList()) {
                    byte[] seed = Files.readAllBytes(file);
                    byte[] longer = java.util.Arrays.copyOf(seed, seed.length + 1);
                    longer[seed.length] = (byte) targets.indexOf(target);
                    Files.write(directory.resolve(target.directory() + "-" + file.getFileName()), longer);
                }
            }
        }
        return directory;
    }
}
