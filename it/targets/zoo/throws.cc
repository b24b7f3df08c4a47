// Exceptions through frames that are probed.
#include "zoo.h"
#include <stdexcept>

extern "C" OPAQUE long work(long n) {
    if (n % 3 == 0) throw std::runtime_error("of three");
    return n * 3 + 1;
}

struct Counts {
    long *at;
    ~Counts() { ++*at; }
};

extern "C" OPAQUE long work_between(long n, long *destroyed) {
    Counts counts{destroyed};
    return work(n) + 1;
}

int main() {
    long right = 0, caught = 0, destroyed = 0;
    ready();
    for (long n = 0; n < 600; n++) {
        try {
            right += work_between(n, &destroyed) == n * 3 + 2;
        } catch (const std::runtime_error &) {
            caught++;
        }
    }
    printf("result right=%ld caught=%ld destroyed=%ld\n", right, caught, destroyed);
    return 0;
}
