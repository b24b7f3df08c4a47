package dev.stet.agent;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Language;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a file alone tells of the processes that would run it.
final class FileFacts implements FactSource {
    private final Path path;

    FileFacts(Path path) {
        this.path = path;
    }

    /// A process that there is not, of this file.
    ProcessFacts nobody() {
        return ProcessFacts.of(Explainer.nobody(), 0, false)
                .with(FactKey.EXE, path.toString())
                .with(FactKey.HOST_EXE, path.toString());
    }

    @Override
    public ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted) {
        ProcessFacts more = facts;
        for (FactKey<?> key : wanted) {
            more = read(more, key);
        }
        return more;
    }

    private ProcessFacts read(ProcessFacts facts, FactKey<?> key) {
        if (key.equals(FactKey.BUILD_ID)) {
            return facts.with(FactKey.BUILD_ID, of(file -> fact(file.buildId())));
        }
        if (key.equals(FactKey.LANGUAGE)) {
            return facts.with(FactKey.LANGUAGE, of(file -> language(file.language())));
        }
        if (key.equals(FactKey.MODULES)) {
            return facts.with(FactKey.MODULES, of(file -> fact(file.goBuild().map(FileFacts::modules))));
        }
        if (key.equals(FactKey.HAZARDS)) {
            return facts.with(FactKey.HAZARDS, of(FileFacts::hazards));
        }
        return unknown(facts, key);
    }

    private static <T> ProcessFacts unknown(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("no process runs it"));
    }

    private interface Question<T> {
        Fact<T> of(Executable executable) throws BinaryException;
    }

    private <T> Fact<T> of(Question<T> question) {
        try (OpenFile file = OpenFile.open(path.toString(), _ -> {})) {
            return question.of(Executable.parse(Binaries.source(file)));
        } catch (IOException e) {
            boolean none =
                    e instanceof UnsupportedFormatException || e.getCause() instanceof UnsupportedFormatException;
            return none ? Fact.absent() : Fact.unreadable(Reason.of(e));
        }
    }

    private static <T> Fact<T> fact(Optional<T> value) {
        return value.map(Fact::of).orElseGet(Fact::absent);
    }

    private static Fact<String> language(Language language) {
        return switch (language) {
            case UNKNOWN -> Fact.absent();
            case CXX -> Fact.of("c++");
            case GO, RUST, ADA, CRYSTAL, D, FORTRAN, HASKELL, NIM, OCAML, PASCAL, SWIFT, ZIG, C ->
                Fact.of(language.name().toLowerCase(Locale.ROOT));
        };
    }

    private static List<GoModule> modules(GoBuild build) {
        List<GoModule> modules = new ArrayList<>();
        build.main().ifPresent(it -> modules.add(new GoModule(it.path(), it.version(), true)));
        build.dependencies().forEach(it -> modules.add(new GoModule(it.path(), it.version(), false)));
        return List.copyOf(modules);
    }

    /// Those that the file shows, as of a process that runs undisturbed: what only a running one has is not among them.
    private static Fact<Set<String>> hazards(Executable file) throws BinaryException {
        Set<String> names = file.hazards().stream()
                .map(hazard -> hazard.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.toUnmodifiableSet());
        return Fact.of(names);
    }
}
