package dev.stet.agent;

import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A directory of policy files: `*.yaml` and `*.yml`, but for hidden ones; directories in it are not looked
/// into.
///
/// @param path the directory
/// @param mayBeMissing it is the default, which need not exist: then nothing is exempt
public record PolicyDirectory(Path path, boolean mayBeMissing) {
    /// Where policy is if nobody says otherwise.
    public static final Path DEFAULT = Path.of("/etc/stet/policy.d");

    /// Files of one policy: a thousand exemptions, each in its own file, and as many again.
    private static final int MAX_FILES = 2000;
    /// The reader refuses more than that in one file; nobody need read on.
    private static final int MAX_FILE_BYTES = 4 << 20;
    /// Characters of all files together: some hundred for each of the most rules that anybody has.
    private static final long MAX_CHARS = 64L << 20;

    /// Reads all its files. What cannot be read is a problem like any other: then nothing of it is applied.
    public ReadResult read() {
        return texts().parse(_ -> Optional.empty(), Instant.now());
    }

    /// The same, as the agent reads it that keeps its state there: an exemption with `for` and no date counts from when
    /// it first saw the rule.
    public ReadResult read(StateDirectory state) {
        return texts(quarantines(state)).parse(RuleBook.firstSeen(state.ruleLog()), Instant.now());
    }

    private static More quarantines(StateDirectory state) {
        return (texts, problems) -> Quarantines.collect(state.quarantines(), texts, problems);
    }

    /// What the last agent had in force that was told of this directory.
    ///
    /// @return empty if none is known
    /// @throws IOException if what it kept cannot be read; the message says why
    public Optional<Policy> lastInForce(StateDirectory state) throws IOException {
        return new LastPolicy(state.policy(), path)
                .load()
                .flatMap(saved -> new PolicyTexts(saved.texts(), List.of())
                                        .parse(RuleBook.firstSeen(state.ruleLog()), Instant.now())
                                instanceof ReadResult.Valid(var policy, var _)
                        ? Optional.of(policy)
                        : Optional.empty());
    }

    /// Adds texts that are not in the directory.
    interface More {
        void collect(List<SourceText> texts, List<Problem> problems);
    }

    private PolicyTexts texts() {
        return texts((_, _) -> {});
    }

    /// The texts of all its files, and more.
    PolicyTexts texts(More more) {
        List<SourceText> texts = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        if (Files.isDirectory(path)) {
            collect(texts, problems);
        } else if (!mayBeMissing || Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            String what = Files.exists(path) ? "is not a directory" : "there is no such directory";
            problems.add(new Problem(path.toString(), 1, 1, "", what));
        }
        more.collect(texts, problems);
        return new PolicyTexts(texts, problems);
    }

    /// Adds the text of each of its files; if the path is a file and no directory, that file's.
    public void collect(List<SourceText> texts, List<Problem> problems) {
        if (!Files.isDirectory(path)) {
            readFile(path, texts, problems);
            return;
        }
        try {
            long chars = 0;
            for (Path file : files()) {
                int before = texts.size();
                readFile(file, texts, problems);
                chars += texts.size() > before ? texts.getLast().text().length() : 0;
                if (chars > MAX_CHARS) {
                    throw new IOException("more than " + MAX_CHARS + " characters in its files");
                }
            }
        } catch (IOException e) {
            problems.add(new Problem(path.toString(), 1, 1, "", "cannot be listed: " + e.getMessage()));
        }
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, PolicyDirectory::isPolicyFile)) {
            for (Path entry : entries) {
                if (files.size() == MAX_FILES) {
                    throw new IOException("more than " + MAX_FILES + " files");
                }
                files.add(entry);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }

    private static boolean isPolicyFile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(file);
    }

    /// Reads one file, or says why it cannot.
    private static void readFile(Path file, List<SourceText> texts, List<Problem> problems) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IOException(Files.exists(file) ? "is not a regular file" : "there is no such file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES);
                texts.add(new SourceText(file.toString(), new String(bytes, StandardCharsets.UTF_8)));
            }
        } catch (NoSuchFileException e) {
            // deleted since it was listed: the directory's next event is on its way
        } catch (IOException e) {
            problems.add(new Problem(file.toString(), 1, 1, "", e.getMessage()));
        }
    }
}
