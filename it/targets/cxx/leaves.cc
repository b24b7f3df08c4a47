// Exceptions that leave calls.
//
//   leaves ROUNDS
//
// Prints "ready pid=P", waits for SIGUSR1. Round i calls outer(i), which calls middle(i), which calls inner(i): inner throws
// when i is odd, and outer catches. Then rethrows(i), which calls thrown(i), catches its exception and throws it again, to
// main. Then guarded(i), which calls cleans(i), which has something to destroy and calls inner(i).
// Each returns i plus 1, 2, 3, 4, 5, 6, by its place in this text. Prints "done calls=C caught=T wrong=W".
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

static long calls, caught, wrong, cleaned;

struct Cleans {
    ~Cleans() { cleaned++; }
};

extern "C" {
OPAQUE long inner(long i) {
    calls++;
    if (i % 2 != 0) throw std::runtime_error("odd " + std::to_string(i));
    return i + 3;
}

OPAQUE long middle(long i) {
    calls++;
    return inner(i) - 1;
}

OPAQUE long outer(long i) {
    calls++;
    try {
        return middle(i) - 1;
    } catch (const std::exception &e) {
        caught++;
        return i + 1;
    }
}

OPAQUE long thrown(long i) {
    calls++;
    if (i >= 0) throw i;
    return i + 5;
}

OPAQUE long rethrows(long i) {
    calls++;
    try {
        return thrown(i) - 1;
    } catch (long) {
        caught++;
        throw;
    }
}

OPAQUE long cleans(long i) {
    calls++;
    Cleans cleans;
    return inner(i) + 3;
}

OPAQUE long guarded(long i) {
    calls++;
    try {
        return cleans(i) - 1;
    } catch (...) {
        caught++;
        return i + 5;
    }
}
}

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    long rounds = std::atol(argv[1]);
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, nullptr);
    std::printf("ready pid=%d\n", getpid());
    std::fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    for (long i = 0; i < rounds; i++) {
        wrong += outer(i) != i + 1;
        try {
            rethrows(i);
            wrong++;
        } catch (long value) {
            caught++;
            wrong += value != i;
        }
        wrong += guarded(i) != i + 5;
    }
    std::printf("done calls=%ld caught=%ld cleaned=%ld wrong=%ld\n", calls, caught, cleaned, wrong);
    return 0;
}
