// Talks TLS with itself: a client thread and a server thread over a socket pair, with a certificate made in memory.
//
//   tls_pair INTERVAL_MICROS COUNT
//
// COUNT exchanges (0: until SIGTERM). Exchange i: the client writes SIZES[i % 4] bytes with one SSL_write, the server reads
// them with one SSL_read and writes half as many (at least 1) back, which the client reads: per exchange 2 SSL_write and 2
// SSL_read that give data, each of at most one TLS record. After the last one the client writes 1 byte, 0xff, to end.
// Prints "ready pid=P", at the end "done exchanges=N written=B read=B" of the client, without the last byte.
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECORD = 16384, END = 0xff };
static const int SIZES[] = {1, 100, 1000, RECORD};

static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void die(const char *what) {
    fprintf(stderr, "tls_pair: %s failed\n", what);
    exit(1);
}

static SSL_CTX *server_context(void) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!key || !certificate || !context) die("making a certificate");
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"stet", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    if (!X509_sign(certificate, key, EVP_sha256())) die("X509_sign");
    if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) die("the key");
    return context;
}

static void *serve(void *socket) {
    static unsigned char buffer[RECORD];
    SSL *ssl = SSL_new(server_context());
    SSL_set_fd(ssl, *(int *)socket);
    if (SSL_accept(ssl) != 1) die("SSL_accept");
    for (;;) {
        int got = SSL_read(ssl, buffer, sizeof buffer);
        if (got <= 0) die("SSL_read of the server");
        if (buffer[0] == END) break;
        int back = got / 2 > 0 ? got / 2 : 1;
        if (SSL_write(ssl, buffer, back) != back) die("SSL_write of the server");
    }
    SSL_free(ssl);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), i = 0, written = 0, got = 0;
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    int sockets[2];
    pthread_t server;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) die("socketpair");
    pthread_create(&server, NULL, serve, &sockets[1]);

    static unsigned char buffer[RECORD];
    memset(buffer, 's', sizeof buffer);
    SSL *ssl = SSL_new(SSL_CTX_new(TLS_client_method()));
    SSL_set_fd(ssl, sockets[0]);
    if (SSL_connect(ssl) != 1) die("SSL_connect");
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || i < count) && !stopping; i++) {
        int size = SIZES[i % 4];
        if (SSL_write(ssl, buffer, size) != size) die("SSL_write");
        int back = SSL_read(ssl, buffer, sizeof buffer);
        if (back <= 0) die("SSL_read");
        written += size;
        got += back;
        if (interval > 0) usleep((useconds_t)interval);
    }
    buffer[0] = END;
    if (SSL_write(ssl, buffer, 1) != 1) die("the last SSL_write");
    pthread_join(server, NULL);
    printf("done exchanges=%ld written=%ld read=%ld\n", i, written, got);
    return 0;
}
