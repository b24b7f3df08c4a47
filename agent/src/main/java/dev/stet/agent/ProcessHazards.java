package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.SyscallException;
import dev.stet.procfs.ProcessFiles;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What makes it dangerous to probe a process: what its state shows, what its executable's file shows, and of the
/// libraries it has mapped what is a library's to bring. `docs/facts.md` says why not all of it.
final class ProcessHazards {
    /// What a library brings by being there. The others are in libraries that almost every program has mapped, whether
    /// it uses them so or not: libc and libstdc++ have exception tables.
    static final Set<String> OF_LIBRARIES =
            Set.of("go-stacks", "fibers", "self-checksum", "large-pages", "code-patching", "sanitizer", "runtime-code");

    private static final int ENOENT = 2;

    private final Binaries binaries;

    ProcessHazards(Binaries binaries) {
        this.binaries = binaries;
    }

    /// @return unreadable if any part is: hazards that were found say nothing of those that were not
    Fact<Set<String>> of(ProcessFacts process, ProcessFiles proc, FileFacts.OfProcess files) {
        return proc.hazards()
                .then(running -> files.hazards()
                        .then(own -> proc.mappings().then(mapped -> {
                            Set<String> all = new TreeSet<>(running);
                            all.addAll(own);
                            String exe = proc.exe().known().orElse("");
                            return ofLibraries(process.identity().pid(), mapped, exe, files)
                                    .map(theirs -> {
                                        all.addAll(theirs);
                                        return Collections.unmodifiableSet(all);
                                    });
                        })));
    }

    private Fact<Set<String>> ofLibraries(int pid, List<MappedFile> mapped, String exe, FileFacts.OfProcess files) {
        Set<String> found = new TreeSet<>();
        Set<Target.FileKey> seen = new HashSet<>();
        for (MappedFile file : mapped) {
            if (file.path().equals(exe) || !seen.add(new Target.FileKey(file.device(), file.inode(), file.path()))) {
                continue;
            }
            Fact<Set<String>> its = ofLibrary(pid, file, files);
            if (its instanceof Fact.Unreadable<Set<String>>(var why)) {
                return Fact.unreadable(file.path() + ": " + why);
            }
            its.known().orElse(Set.of()).stream()
                    .filter(name -> counts(file, name))
                    .forEach(found::add);
        }
        return Fact.of(found);
    }

    /// OpenSSL can switch stacks, in every program that has TLS, and hardly any asks it to.
    private static boolean counts(MappedFile library, String hazard) {
        return OF_LIBRARIES.contains(hazard)
                && !(hazard.equals("fibers") && library.name().startsWith("libcrypto.so"));
    }

    private Fact<Set<String>> ofLibrary(int pid, MappedFile mapped, FileFacts.OfProcess files) {
        try (OpenFile file = binaries.open(pid, mapped)) {
            return files.hazards(file);
        } catch (OpenFile.NotRegularException e) {
            return Fact.absent(); // a device's memory
        } catch (SyscallException e) {
            // No longer mapped, and so no longer of this process.
            return e.errno() == ENOENT ? Fact.absent() : Fact.unreadable(e.getMessage());
        } catch (IOException e) {
            return Fact.unreadable(Optional.ofNullable(e.getMessage()).orElse("it cannot be read"));
        }
    }
}
