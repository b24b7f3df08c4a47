package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.RuleBook;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditEntry;
import dev.stet.agent.audit.AuditFile;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A policy directory that is about to be changed in one file. Nothing is written that would not be
/// valid together with all the rest, and a file is replaced as a whole or not at all.
final class PolicyEdit {
    private final PolicyDirectory directory;
    private final List<SourceText> texts = new ArrayList<>();
    private final Function<String, Optional<Instant>> firstSeen;
    private final Policy policy;

    /// Reads the policy.
    ///
    /// @param state of the agent that applies it
    ///
    /// @throws Failure if it is wrong already
    PolicyEdit(PolicyDirectory directory, StateDirectory state) {
        this.directory = directory;
        firstSeen = RuleBook.firstSeen(state.ruleLog());
        List<Problem> problems = new ArrayList<>();
        if (Files.isDirectory(directory.path())) {
            directory.collect(texts, problems);
        }
        if (Files.isDirectory(state.quarantines())) {
            new PolicyDirectory(state.quarantines(), true).collect(texts, problems);
        }
        policy = checked(
                texts, problems, "the policy in " + directory.path() + " is wrong as it is, put it right first");
    }

    Policy policy() {
        return policy;
    }

    /// The exemption of this name that a file has.
    Exemption rule(String name) {
        Exemption rule = policy.exemptions().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        ExitCode.NO_INPUT,
                        "there is no exemption '" + SafeText.plain(name) + "' in " + directory.path()
                                + "; stet exempt list shows those there are"));
        if (rule.isBuiltIn()) {
            throw new Failure(
                    ExitCode.NOTHING,
                    name + " comes with Stet; to lift it, write a document of kind ProbeSettings with lift: [" + name
                            + "] (docs/policy.md)");
        }
        return rule;
    }

    /// The text of a file of the policy.
    String text(String file) {
        return texts.stream()
                .filter(text -> text.file().equals(file))
                .findFirst()
                .orElseThrow()
                .text();
    }

    /// Checks the policy as it would be.
    ///
    /// @param content empty: the file would be gone
    /// @throws Failure if it would be wrong
    Policy check(Path file, String content) {
        List<SourceText> after = new ArrayList<>(texts);
        after.removeIf(text -> text.file().equals(file.toString()));
        if (!content.isEmpty()) {
            after.add(new SourceText(file.toString(), content));
        }
        return checked(after, List.of(), "nothing was written: it would not be a right policy");
    }

    private Policy checked(List<SourceText> texts, List<Problem> before, String what) {
        List<Problem> problems = new ArrayList<>(before);
        ReadResult result = PolicyReader.read(texts, firstSeen, Instant.now());
        if (result instanceof ReadResult.Valid(var valid, var _) && problems.isEmpty()) {
            return valid;
        }
        if (result instanceof ReadResult.Invalid(var more)) {
            problems.addAll(more);
        }
        StringBuilder message = new StringBuilder(what);
        problems.stream().limit(20).forEach(problem -> message.append("\n  ").append(problem));
        throw new Failure(ExitCode.BAD_DATA, message.toString());
    }

    /// Writes a file that is not there yet.
    void create(Path file, String content) {
        var ignored = check(file, content);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = write(file, content, Optional.empty());
            try {
                Files.createLink(file, next); // fails if somebody has made it meanwhile
            } finally {
                Files.delete(next);
            }
            sync(file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /// Replaces a file, or removes it if `content` is empty. Its owner and mode stay.
    void replace(Path file, String content) {
        var ignored = check(file, content);
        if (Files.isSymbolicLink(file)) {
            throw new Failure(
                    ExitCode.NOTHING,
                    file + " is a symbolic link, as those of a ConfigMap are: change it where it comes from");
        }
        try {
            if (!Files.readString(file).equals(text(file.toString()))) {
                throw new Failure(ExitCode.NOTHING, file + " was changed by somebody else meanwhile; try again");
            }
            if (content.isEmpty()) {
                Files.delete(file);
            } else {
                Path next = write(file, content, Optional.of(Files.readAttributes(file, PosixFileAttributes.class)));
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            }
            sync(file);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /// A hidden file beside it, which Stet does not read.
    private static Path write(Path file, String content, Optional<PosixFileAttributes> like) throws IOException {
        Path next = file.resolveSibling("." + file.getFileName() + ".stet-new");
        Files.deleteIfExists(next);
        try (FileChannel out = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                var ignored = out.write(rest);
            }
            PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
            if (like.isPresent()) {
                view.setOwner(like.get().owner());
                view.setGroup(like.get().group());
            }
            view.setPermissions(
                    like.map(PosixFileAttributes::permissions).orElse(PosixFilePermissions.fromString("rw-r--r--")));
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
        return next;
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel parent = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    private static Failure failure(Path file, IOException e) {
        return switch (e) {
            case AccessDeniedException _ ->
                new Failure(ExitCode.NOT_PERMITTED, "may not write " + file + "; try: sudo ./stet ...");
            case FileAlreadyExistsException _ ->
                new Failure(ExitCode.NOTHING, file + " is there already; choose another name with --name");
            default -> new Failure(ExitCode.UNAVAILABLE, "cannot write " + file + ": " + e.getMessage());
        };
    }

    /// Writes to the audit log that it was done; if that cannot be written, it is said, and the change
    /// stays.
    static void audit(StateOption state, Output output, String verb, Exemption rule, String command) {
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                "exempt-" + verb,
                rule.reason(),
                Optional.of(rule.name()),
                Optional.of(Path.of(rule.file()).toAbsolutePath()),
                new JsonText()
                        .text("ruleOwner", rule.owner())
                        .text("ticket", rule.ticket())
                        .text("expires", rule.expires().map(Object::toString)));
        audit(state, output, entry, command);
    }

    /// The same of anything.
    static void audit(StateOption state, Output output, AuditEntry entry, String command) {
        state.directory(output::say).ifPresent(directory -> {
            try {
                new AuditFile(directory.auditLog()).append(List.of(entry), Person.who(command));
            } catch (IOException e) {
                output.say("audit log " + directory.auditLog() + ": cannot be written: " + e.getMessage()
                        + "; the change was made all the same");
            }
        });
    }
}
