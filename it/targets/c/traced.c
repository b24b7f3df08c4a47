// Serves requests that nobody made: traced INTERVAL_MICROS. Of three, the first comes from a caller who says so, the second
// from one who says nothing, the third from one who says nonsense. Each fifth fails.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((noipa)) int serve_request(const char *traceparent, const char *method, long number) {
    return traceparent == method ? 0 : number % 5 == 4 ? 500 : 200;
}

int main(int argc, char **argv) {
    long interval = argc > 1 ? atol(argv[1]) : 1000;
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (long number = 0;; number++) {
        char header[64] = "00-00000000000000000000000000000000-0000000000000000-01";
        if (number % 3 == 0) snprintf(header, sizeof header, "00-4bf92f3577b34da6a3ce9290%08lx-00f067aa0ba902b7-01", number);
        serve_request(number % 3 == 1 ? NULL : header, "GET", number);
        usleep((useconds_t)interval);
    }
}
