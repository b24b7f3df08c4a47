package dev.stet.service.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/// Asks an agent over its Unix socket: one request, one connection, HTTP/1.0, so that an answer ends
/// where the connection does. By hand, for the JDK's client speaks TCP only and takes longer to start
/// than all of this.
public final class ApiClient {
    private static final int MAX_HEAD = 16 * 1024;
    private static final int MAX_BODY = 64 << 20;
    private static final int MAX_LINE = 4 << 20;

    private final Path socket;

    /// @param socket of the agent
    public ApiClient(Path socket) {
        this.socket = socket;
    }

    /// An answer, in whole.
    ///
    /// @param status of HTTP
    public record Reply(int status, String body) {
        /// Is it what was asked for?
        public boolean isGood() {
            return status / 100 == 2;
        }
    }

    /// Asks.
    ///
    /// @param path with its query: `/v1/status`
    /// @throws IOException if nobody is there ([java.net.ConnectException],
    ///     [java.nio.file.NoSuchFileException]), or it may not be asked
    public Reply get(String path) throws IOException {
        return ask("GET", path, Optional.empty());
    }

    /// Asks with a body.
    public Reply ask(String method, String path, Optional<String> body) throws IOException {
        try (SocketChannel channel = connect();
                InputStream in = send(channel, method, path, "application/json", body)) {
            int status = head(in);
            byte[] bytes = in.readNBytes(MAX_BODY);
            return new Reply(status, new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /// Asks for lines that come as they come, until there are no more or nobody wants more.
    ///
    /// @param take says whether it wants more; blank lines are left out
    /// @return empty, or why the agent refused
    public Optional<Reply> lines(String method, String path, Optional<String> body, Predicate<String> take)
            throws IOException {
        try (SocketChannel channel = connect();
                InputStream in = send(channel, method, path, "application/x-ndjson", body)) {
            int status = head(in);
            if (status / 100 != 2) {
                return Optional.of(new Reply(status, new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8)));
            }
            Optional<String> line = line(in);
            while (line.isPresent()) {
                if (!line.get().isBlank() && !take.test(line.get())) {
                    break;
                }
                line = line(in);
            }
            return Optional.empty();
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            var ignored = channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static InputStream send(
            SocketChannel channel, String method, String path, String accept, Optional<String> body)
            throws IOException {
        byte[] bytes = body.orElse("").getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.0\r\nHost: stet\r\nAccept: " + accept
                + (body.isPresent() ? "\r\nContent-Length: " + bytes.length : "") + "\r\n\r\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        ByteBuffer rest = ByteBuffer.wrap(out.toByteArray());
        while (rest.hasRemaining()) {
            var ignored = channel.write(rest);
        }
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    /// Reads the head of an answer.
    ///
    /// @return its status
    private static int head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD) {
                throw new EOFException(
                        head.isEmpty()
                                ? "it closed the connection without an answer: too many are open"
                                : "its answer is none of HTTP");
            }
            head.append((char) next);
        }
        String[] words = head.toString().split("[ \r]", 3);
        if (words.length < 3 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("no agent answers there: it does not speak HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    private static Optional<String> line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int next = in.read();
        while (next >= 0 && next != '\n') {
            if (line.size() > MAX_LINE) {
                throw new IOException("the agent sent a line of more than " + MAX_LINE + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        return next < 0 && line.size() == 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
    }
}
