package dev.stet.cli;

import dev.stet.service.http.Scope;
import dev.stet.service.http.Tokens;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet token`
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Make a token for the API over the network: it is printed once, and its SHA-256 is added to the agent's file of"
                    + " tokens. Take the line out to end it. The agent reads the file when its API is opened."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet token dashboard                    may see",
            "  sudo ./stet token deploy --scope change        may add and end exemptions, too"
        })
final class TokenCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "Who will have it; for the audit log.")
    private String name;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            defaultValue = "read",
            description = "read or change. Default: ${DEFAULT-VALUE}.")
    private Scope scope;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            defaultValue = "/etc/stet/tokens",
            description = "The file: the agent's api.tokens. Default: ${DEFAULT-VALUE}.")
    private Path file;

    @Override
    public void run() {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}")) {
            throw new Failure(ExitCode.USAGE, "a name is 1 to 63 letters, digits and . _ @ -");
        }
        Tokens.Made made = Tokens.make(scope, name, new SecureRandom());
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                var ignored = Tokens.read(file);
            }
            append(made.line() + "\n");
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not write " + file + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(ExitCode.CANNOT_CREATE, "cannot add to it: " + e.getMessage());
        }
        Output output = new Output(() -> {});
        output.lineNow(made.token());
        output.say("this is shown once; " + file + " has its digest");
    }

    private void append(String line) throws IOException {
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            var ignored = out.write(StandardCharsets.UTF_8.encode(line));
            out.force(true);
        }
    }
}
