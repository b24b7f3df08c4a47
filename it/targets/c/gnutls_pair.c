// Talks TLS with itself through GnuTLS: a client thread and a server thread over a socket pair, without certificates.
//
//   gnutls_pair INTERVAL_MICROS COUNT
//
// COUNT exchanges (0: until SIGTERM). Exchange i: the client sends "GET /thing/i HTTP/1.1\r\nHost: x\r\n\r\n", the server
// answers "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", or 404 Not Found where i is a multiple of 5.
// Prints "ready pid=P", at the end "done exchanges=N".
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *PRIORITIES = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH";
static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void expect(long result, const char *what) {
    if (result < 0) {
        fprintf(stderr, "gnutls_pair: %s: %s\n", what, gnutls_strerror((int)result));
        exit(1);
    }
}

static gnutls_session_t session(int socket, unsigned flags, gnutls_credentials_type_t type, void *credentials) {
    gnutls_session_t made;
    expect(gnutls_init(&made, flags), "gnutls_init");
    expect(gnutls_priority_set_direct(made, PRIORITIES, NULL), "priorities");
    expect(gnutls_credentials_set(made, type, credentials), "credentials");
    gnutls_transport_set_int(made, socket);
    int done;
    do done = gnutls_handshake(made);
    while (done < 0 && !gnutls_error_is_fatal(done));
    expect(done, "handshake");
    return made;
}

static void *serve(void *socket) {
    gnutls_anon_server_credentials_t credentials;
    expect(gnutls_anon_allocate_server_credentials(&credentials), "server credentials");
    gnutls_session_t server = session(*(int *)socket, GNUTLS_SERVER, GNUTLS_CRD_ANON, credentials);
    char request[1024];
    ssize_t got;
    while ((got = gnutls_record_recv(server, request, sizeof request - 1)) > 0) {
        request[got] = 0;
        long number = got > 11 ? atol(request + 11) : 1;
        const char *answer = number % 5 == 0 ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                             : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        expect(gnutls_record_send(server, answer, strlen(answer)), "answering");
    }
    gnutls_deinit(server);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), i = 0;
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    int sockets[2];
    pthread_t server;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) return 1;
    pthread_create(&server, NULL, serve, &sockets[1]);
    gnutls_anon_client_credentials_t credentials;
    expect(gnutls_anon_allocate_client_credentials(&credentials), "client credentials");
    gnutls_session_t client = session(sockets[0], GNUTLS_CLIENT, GNUTLS_CRD_ANON, credentials);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || i < count) && !stopping; i++) {
        char text[200];
        int size = snprintf(text, sizeof text, "GET /thing/%ld HTTP/1.1\r\nHost: x\r\n\r\n", i);
        expect(gnutls_record_send(client, text, (size_t)size), "asking");
        expect(gnutls_record_recv(client, text, sizeof text), "being answered");
        if (interval > 0) usleep((useconds_t)interval);
    }
    gnutls_bye(client, GNUTLS_SHUT_WR);
    pthread_join(server, NULL);
    printf("done exchanges=%ld\n", i);
    return 0;
}
