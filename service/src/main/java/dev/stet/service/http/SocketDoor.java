package dev.stet.service.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.eclipse.jetty.server.Request;

/// A Unix socket. Whoever can open it may use it: the kernel compares the socket's owner and mode with
/// the peer's user and all its groups, at connect(2). Who that is, it tells by SO_PEERCRED (unix(7)).
final class SocketDoor implements Door {
    private final Scope scope;

    /// @param scope of everybody who comes in here
    SocketDoor(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Entry enter(Request request) {
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        if (transport instanceof SocketChannel channel) {
            try {
                UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
                return new Entry.Admitted(new Caller("user:" + peer.user().getName(), scope));
            } catch (IOException | UnsupportedOperationException e) {
                // it has gone, or the kernel does not tell
            }
        }
        return new Entry.Refused(Answer.problem(403, "forbidden", "the kernel does not tell who you are"), Map.of());
    }
}
