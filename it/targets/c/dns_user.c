// Resolves "localhost" with getaddrinfo.
//
//   dns_user INTERVAL_MICROS COUNT
//
// COUNT rounds (0: until SIGTERM), each one getaddrinfo("localhost", "80") by IPv4, which needs no network.
// Prints "ready pid=P", at the end "done rounds=R failed=F".
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0, failed = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
        if (getaddrinfo("localhost", "80", &hints, &found) != 0) failed++;
        else freeaddrinfo(found);
        if (interval > 0) usleep((useconds_t)interval);
    }
    printf("done rounds=%ld failed=%ld\n", round, failed);
    return 0;
}
