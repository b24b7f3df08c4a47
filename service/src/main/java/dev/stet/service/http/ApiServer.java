package dev.stet.service.http;

import dev.stet.service.Broadcast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The API's ways in: one server for each, so that nobody can use up what another needs. All limits are
/// here; a client that breaks one loses its connection and nothing else.
public final class ApiServer implements AutoCloseable {
    private static final int HEADER_BYTES = 8 * 1024;
    /// A policy file has its place in it.
    private static final int BODY_BYTES = 256 * 1024;

    private static final int CONNECTIONS = 64;
    private static final int THREADS = 12;
    private static final long IDLE_MILLIS = 30_000;
    /// Of a request's body, once it has begun.
    private static final long BYTES_PER_SECOND = 512;

    private static final double REQUESTS_PER_SECOND = 50;
    private static final double BURST = 200;

    private final Routes routes;
    private final Broadcast broadcast;
    private final Consumer<String> say;
    private final List<Server> servers = new ArrayList<>();
    private final List<Path> sockets = new ArrayList<>();

    /// @param say takes what a person should know
    public ApiServer(Routes routes, Broadcast broadcast, Consumer<String> say) {
        this.routes = routes;
        this.broadcast = broadcast;
        this.say = say;
    }

    /// Opens what is wanted. What cannot be opened is told, and stops nothing: Stet is there to trace,
    /// and to let be.
    ///
    /// @return what could not be opened, a line each
    public List<String> open(ApiSettings settings) {
        List<String> troubles = new ArrayList<>();
        settings.socket()
                .ifPresent(path -> attempt(
                        "API socket " + path, troubles, () -> openSocket(path, settings.group(), Scope.CHANGE)));
        settings.readSocket()
                .ifPresent(path -> attempt("API socket " + path, troubles, () -> openSocket(path, "", Scope.READ)));
        settings.tcp().ifPresent(tcp -> attempt("API at " + tcp.address(), troubles, () -> openNetwork(tcp)));
        return troubles;
    }

    private interface Opening {
        void open() throws Exception;
    }

    private void attempt(String what, List<String> troubles, Opening opening) {
        try {
            opening.open();
        } catch (Exception e) {
            troubles.add(what + " is not there: " + reason(e));
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void openSocket(Path path, String group, Scope scope) throws Exception {
        makeRoom(path);
        Server server = server("stet-api-" + path.getFileName());
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
        connector.setUnixDomainPath(path);
        start(server, connector, new SocketDoor(scope));
        sockets.add(path);
        // Until here nobody but root could connect: the directory, or the umask, was in the way.
        if (scope == Scope.READ) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        } else {
            give(path, group);
        }
    }

    private void give(Path path, String group) throws IOException {
        if (!group.isEmpty()) {
            try {
                GroupPrincipal wanted =
                        path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
                PosixFileAttributeView view =
                        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (!view.readAttributes()
                        .group()
                        .equals(wanted)) { // as a service it has it already, and may not chown
                    view.setGroup(wanted);
                }
            } catch (UserPrincipalNotFoundException e) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
                return;
            }
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    }

    /// A socket that an agent left that was killed is taken away; one that somebody answers at is not,
    /// and no other kind of file.
    private static void makeRoom(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("a file is there that is no socket");
        }
        if (Answers.at(path)) {
            throw new IOException("another agent answers there");
        }
        Files.delete(path);
    }

    private void openNetwork(ApiSettings.Tcp tcp) throws Exception {
        Tokens tokens = Tokens.read(tcp.tokens());
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(Pem.keyStore(tcp.certificate(), tcp.key()));
        tls.setKeyStorePassword("");
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setSniRequired(false);
        HttpConfiguration http = http();
        http.addCustomizer(new SecureRequestCustomizer(false)); // the hosts are looked at by the door
        Server server = server("stet-api-net");
        ServerConnector connector = new ServerConnector(
                server, 1, 1, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
        connector.setHost(tcp.address().getAddress().getHostAddress());
        connector.setPort(tcp.address().getPort());
        List<String> hosts = new ArrayList<>(tcp.hosts());
        hosts.add(tcp.address().getHostString());
        hosts.add(tcp.address().getAddress().getHostAddress());
        start(server, connector, new NetworkDoor(tokens, hosts));
        say.accept("API at https://" + tcp.address().getHostString() + ":" + connector.getLocalPort());
    }

    private static Server server(String name) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName(name);
        threads.setDaemon(true);
        Server server = new Server(threads);
        server.setStopAtShutdown(false);
        return server;
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setIdleTimeout(IDLE_MILLIS);
        http.setMinRequestDataRate(BYTES_PER_SECOND);
        http.setOutputBufferSize(16 * 1024);
        return http;
    }

    private void start(Server server, AbstractConnector connector, Door door) throws Exception {
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        connector.addBean(new ConnectionCap(CONNECTIONS));
        SizeLimitHandler limits = new SizeLimitHandler(BODY_BYTES, -1);
        limits.setHandler(new ApiHandler(
                routes, broadcast, door, new RateLimit(REQUESTS_PER_SECOND, BURST, System::nanoTime), say));
        server.setHandler(limits);
        server.setErrorHandler(new PlainErrors());
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        servers.add(server);
    }

    /// Who is still there is cut off.
    @Override
    public void close() {
        for (Server server : servers) {
            try {
                server.stop();
            } catch (Exception e) {
                say.accept("closing the API: " + reason(e));
            }
        }
        for (Path socket : sockets) {
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                say.accept("closing the API: " + e.getMessage());
            }
        }
    }
}
