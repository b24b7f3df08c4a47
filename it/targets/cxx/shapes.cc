// Virtual calls, and exceptions that pass through frames of functions that are worth probing.
//
//   shapes INTERVAL_MICROS COUNT
//
// COUNT rounds (0: until SIGTERM). Round i: Square(i % 10).area(2), Circle(i % 10).area(2); middle(i), which calls
// thrower(i); that returns i when i is even and throws std::runtime_error when odd, through middle, caught in main.
// Prints "ready pid=P", at the end "done rounds=R area=A returned=N caught=N".
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

namespace shapes {

class Shape {
public:
    virtual ~Shape() = default;
    virtual long area(int scale) const = 0;
};

class Square final : public Shape {
public:
    explicit Square(long side) : side_(side) {}
    OPAQUE long area(int scale) const override { return side_ * side_ * scale; }

private:
    long side_;
};

class Circle final : public Shape {
public:
    explicit Circle(long radius) : radius_(radius) {}
    OPAQUE long area(int scale) const override { return 3 * radius_ * radius_ * scale; }

private:
    long radius_;
};

OPAQUE long thrower(long i) {
    if (i % 2 != 0) throw std::runtime_error("odd: " + std::to_string(i));
    return i;
}

OPAQUE long middle(long i) { return thrower(i) + 1; }

} // namespace shapes

static volatile sig_atomic_t stopping;

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0, area = 0, returned = 0, caught = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { stopping = 1; };
    sigaction(SIGTERM, &action, nullptr);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        std::unique_ptr<shapes::Shape> square = std::make_unique<shapes::Square>(round % 10);
        std::unique_ptr<shapes::Shape> circle = std::make_unique<shapes::Circle>(round % 10);
        area += square->area(2) + circle->area(2);
        try {
            shapes::middle(round);
            returned++;
        } catch (const std::runtime_error &) {
            caught++;
        }
        if (interval > 0) usleep(static_cast<useconds_t>(interval));
    }
    printf("done rounds=%ld area=%ld returned=%ld caught=%ld\n", round, area, returned, caught);
    return 0;
}
