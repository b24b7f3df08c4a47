// libstetdemo.so: shared_fn, and f000 to f199, each with a frame of its own.
#define EXPORT __attribute__((visibility("default"), noipa))

// = 2 * x + 1
EXPORT int shared_fn(int x) {
    volatile int frame[4] = {x, x, 1, 0};
    frame[3] = frame[0] + frame[1] + frame[2];
    return frame[3];
}

// fNNN(x) = x + NNN. The 1 before NNN keeps 010 from being octal.
#define ONE(n)                                     \
    EXPORT long f##n(long x) {                     \
        volatile long frame[2] = {x, 1##n - 1000}; \
        return frame[0] + frame[1];                \
    }
#define TEN(n) ONE(n##0) ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
#define HUNDRED(n) TEN(n##0) TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)

HUNDRED(0)
HUNDRED(1)
