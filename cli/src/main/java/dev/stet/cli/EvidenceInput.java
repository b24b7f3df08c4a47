package dev.stet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a file, standard input or another program has to say: so many bytes at most, within so much time.
final class EvidenceInput {
    /// What a cluster of some thousand pods is described by.
    static final int MAX_BYTES = 64 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(10);

    private EvidenceInput() {}

    /// @param file a path; `-` for standard input
    /// @throws IOException if it cannot be read, has more bytes, or does not end in time; the message says which
    static byte[] read(String file) throws IOException {
        try {
            return within(LIMIT, () -> {
                try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
                    return all(in);
                }
            });
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        }
    }

    /// What a program prints; nothing if there is no such program.
    ///
    /// @throws IOException if it prints more, or does not end in time
    static byte[] output(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return new byte[0];
        }
        try {
            return within(PROGRAM_LIMIT, () -> all(process.getInputStream()));
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] all(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("more than " + (MAX_BYTES >> 20) + " MiB");
        }
        return bytes;
    }

    private interface Bytes {
        byte[] get() throws IOException;
    }

    /// On a thread of its own, which is left behind if it is stuck: nothing ends a read of a pipe that nobody closes.
    private static byte[] within(Duration limit, Bytes reading) throws IOException {
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("stet-evidence").start(() -> {
            try {
                done.complete(reading.get());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("it did not end within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? io
                    : new IOException(e.getCause().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
