package dev.stet.service.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the API is offered, and to whom.
///
/// @param socket a Unix socket, for root and the group; empty: none
/// @param group who may use it besides root; a group that does not exist leaves it to root
/// @param readSocket another, by which everybody on the machine may see everything, and change nothing;
///     empty: none
/// @param tcp over the network; empty: not at all
public record ApiSettings(Optional<Path> socket, String group, Optional<Path> readSocket, Optional<Tcp> tcp) {
    /// Over the network there is TLS always, and a token in every request.
    ///
    /// @param certificate PEM: the server's first, then those that signed it
    /// @param key PEM, PKCS #8
    /// @param tokens as [Tokens] reads them
    /// @param hosts names by which it may be asked for, besides its address; what a browser was led to
    ///     by another name is refused
    public record Tcp(InetSocketAddress address, Path certificate, Path key, Path tokens, List<String> hosts) {
        public Tcp {
            hosts = List.copyOf(hosts);
        }
    }
}
