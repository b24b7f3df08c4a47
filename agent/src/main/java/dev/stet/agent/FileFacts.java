package dev.stet.agent;

import dev.stet.binary.Executable;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Hazard;
import dev.stet.binary.Language;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnsupportedFormatException;
import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FileIdentity;
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
import java.util.stream.Stream;

/// What the files of processes say: of each file once, however many processes run it. A file of which nothing can be
/// known, for it is none that is analysed, has no such facts; one that cannot be read has unreadable ones.
final class FileFacts {
    /// Answers of one kind about distinct files: with room for what builds and containers bring.
    private static final int REMEMBERED = 4096;

    private final Binaries binaries;
    private final Outcomes<FileIdentity, Fact<BuildId>> buildIds = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<Set<String>>> sections = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<String>> languages = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<List<GoModule>>> modules = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<String>> digests = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<Set<String>>> hazards = new Outcomes<>(REMEMBERED);
    private final Outcomes<FileIdentity, Fact<Set<String>>> hazardsOfMapped = new Outcomes<>(REMEMBERED);

    private interface Reading<T> {
        Fact<T> of(OpenFile file) throws IOException;
    }

    FileFacts(Binaries binaries) {
        this.binaries = binaries;
    }

    /// Those of one process; to be closed.
    OfProcess of(ProcessFacts process) {
        return new OfProcess(
                process.kernelThread(),
                () -> binaries.openExecutable(process.identity().pid()));
    }

    /// Those of processes that would run a file; to be closed.
    OfProcess of(Path file) {
        return new OfProcess(false, () -> OpenFile.open(file.toString(), _ -> {}));
    }

    private interface Opening {
        OpenFile open() throws IOException;
    }

    /// The files of one process, opened when a question needs them. For one thread.
    final class OfProcess implements AutoCloseable {
        private final boolean kernelThread;
        private final Opening executable;
        private OpenFile opened;

        private OfProcess(boolean kernelThread, Opening executable) {
            this.kernelThread = kernelThread;
            this.executable = executable;
        }

        Fact<BuildId> buildId() {
            return ask(buildIds, parsed(executable -> ofNullable(executable.buildId())));
        }

        Fact<Set<String>> sections() {
            return ask(sections, parsed(executable -> Fact.of(executable.sectionNames())));
        }

        Fact<String> language() {
            return ask(languages, parsed(executable -> name(executable.language())));
        }

        Fact<List<GoModule>> modules() {
            return ask(
                    modules,
                    parsed(executable -> ofNullable(executable.goBuild()).map(FileFacts::modulesOf)));
        }

        Fact<String> sha256() {
            return ask(digests, Digest::sha256);
        }

        /// What the executable's file shows, by the names of [FactKey#HAZARD_NAMES].
        Fact<Set<String>> hazards() {
            return ask(hazards, FileFacts::hazardsOf);
        }

        /// What a file shows that it has mapped. One that is broken has none: it is never probed itself,
        /// and must not keep the rest of the process from being probed.
        Fact<Set<String>> hazards(OpenFile file) {
            return answer(hazardsOfMapped, file, mapped -> {
                try {
                    return hazardsOf(mapped);
                } catch (MalformedBinaryException e) {
                    return Fact.of(Set.of());
                }
            });
        }

        private <T> Fact<T> ask(Outcomes<FileIdentity, Fact<T>> answers, Reading<T> reading) {
            if (kernelThread) {
                return Fact.absent();
            }
            try {
                if (opened == null) {
                    opened = executable.open();
                }
                return answer(answers, opened, reading);
            } catch (IOException e) {
                return Fact.unreadable(Reason.of(e));
            }
        }

        @Override
        public void close() {
            if (opened != null) {
                opened.close();
            }
        }
    }

    private <T> Fact<T> answer(Outcomes<FileIdentity, Fact<T>> answers, OpenFile file, Reading<T> reading) {
        try {
            return answers.get(
                    Binaries.identity(file), () -> binaries.step(file, Binaries.READING, () -> reading.of(file)));
        } catch (IOException e) {
            return Fact.unreadable(Reason.of(e));
        }
    }

    private interface Asking<T> {
        Fact<T> of(Executable executable) throws IOException;
    }

    private static <T> Reading<T> parsed(Asking<T> asking) {
        return file -> {
            try {
                return asking.of(Executable.parse(Binaries.source(file)));
            } catch (UnsupportedFormatException e) {
                return Fact.absent();
            }
        };
    }

    private static Fact<Set<String>> hazardsOf(OpenFile file) throws IOException {
        try {
            return Fact.of(Executable.parse(Binaries.source(file)).hazards().stream()
                    .map(Hazard::kind)
                    .map(FileFacts::name)
                    .collect(Collectors.toUnmodifiableSet()));
        } catch (UnsupportedFormatException e) {
            return Fact.of(Set.of()); // no program, so nothing of it runs; or one that is never probed
        }
    }

    private static <T> Fact<T> ofNullable(Optional<T> value) {
        return value.map(Fact::of).orElseGet(Fact::absent);
    }

    /// As rules write it.
    static String name(Hazard.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Fact<String> name(Language language) {
        return switch (language) {
            case CXX -> Fact.of("c++");
            case UNKNOWN -> Fact.absent();
            case GO, RUST, ADA, CRYSTAL, D, FORTRAN, HASKELL, NIM, OCAML, PASCAL, SWIFT, ZIG, C ->
                Fact.of(language.name().toLowerCase(Locale.ROOT));
        };
    }

    /// The main module first. Of a module that another was built in the stead of, the version is the other's, for that
    /// is the code; and the other stands there too, by its own path.
    private static List<GoModule> modulesOf(GoBuild build) {
        List<GoModule> all = new ArrayList<>();
        build.main().ifPresent(module -> addTo(all, module, true));
        build.dependencies().forEach(module -> addTo(all, module, false));
        return List.copyOf(all);
    }

    private static void addTo(List<GoModule> all, GoBuild.Module module, boolean main) {
        Optional<GoBuild.Module> other = module.replacement();
        all.add(new GoModule(module.path(), other.map(GoBuild.Module::version).orElse(module.version()), main));
        other.filter(it -> !it.path().equals(module.path()))
                .ifPresent(it -> all.add(new GoModule(it.path(), it.version(), main)));
    }

    /// Every name a file's hazard can have, for a test that compares.
    static Stream<String> names() {
        return Stream.of(Hazard.Kind.values()).map(FileFacts::name);
    }
}
