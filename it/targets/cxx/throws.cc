// Throws exceptions and catches them.
//
//   throws INTERVAL_MICROS COUNT
//
// COUNT rounds (0: until SIGTERM). Round i throws std::runtime_error, shop::sold_out (which is a std::logic_error) or an int,
// by turns, from a function below main's.
// Prints "ready pid=P", at the end "done rounds=R caught=C".
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace shop {
struct sold_out : std::logic_error {
    using std::logic_error::logic_error;
};
}  // namespace shop

static volatile std::sig_atomic_t stopping;

extern "C" __attribute__((noinline)) void throw_one(long round) {
    switch (round % 3) {
        case 0: throw std::runtime_error("round " + std::to_string(round));
        case 1: throw shop::sold_out("no more");
        default: throw 42;
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = std::atol(argv[1]), count = std::atol(argv[2]), round = 0, caught = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { stopping = 1; };
    sigaction(SIGTERM, &action, nullptr);
    std::printf("ready pid=%d\n", getpid());
    std::fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        try {
            throw_one(round);
        } catch (const std::exception &) {
            caught++;
        } catch (int) {
            caught++;
        }
        if (interval > 0) usleep(static_cast<useconds_t>(interval));
    }
    std::printf("done rounds=%ld caught=%ld\n", round, caught);
    return 0;
}
