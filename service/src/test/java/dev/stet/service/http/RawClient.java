package dev.stet.service.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends what no well-behaved client would.
final class RawClient implements AutoCloseable {
    private final SocketChannel channel;

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var _ = channel.connect(UnixDomainSocketAddress.of(socket));
    }

    RawClient send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            var _ = channel.write(bytes);
        }
        return this;
    }

    /// As much as can be sent before the other side stops taking it or ends the connection.
    long flood(String text, long atMost) {
        long sent = 0;
        try {
            while (sent < atMost) {
                var _ = send(text);
                sent += text.length();
            }
        } catch (IOException e) {
            // it has had enough
        }
        return sent;
    }

    /// All that comes until the connection ends, or nothing more for so long.
    String receive(long seconds) throws InterruptedException {
        StringBuilder all = new StringBuilder();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> read(all));
        try {
            reading.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            all.append("<open>");
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        return all.toString();
    }

    private void read(StringBuilder all) {
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        try {
            while (channel.read(buffer) >= 0) {
                all.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
                buffer.clear();
            }
        } catch (IOException e) {
            // it was cut off
        }
    }

    boolean isCutOff() {
        try {
            return channel.write(ByteBuffer.wrap(new byte[] {' '})) <= 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
