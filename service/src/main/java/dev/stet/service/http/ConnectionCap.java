package dev.stet.service.http;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.SelectorManager;

/// How many connections there may be at once by one of the ways in: one more is closed at once. Jetty's
/// own limit stops accepting instead, and its connector for Unix sockets (12.0.25) never listens again
/// after that.
final class ConnectionCap implements SelectorManager.AcceptListener {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionCap(int most) {
        this.most = most;
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        if (open.incrementAndGet() > most) {
            try {
                channel.close();
            } catch (IOException e) {
                // then it is closed
            }
        }
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        var ignored = open.decrementAndGet();
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        var ignored = open.decrementAndGet();
    }
}
