// Compresses and uncompresses with zlib.
//
//   zlib_user INTERVAL_MICROS COUNT
//
// COUNT rounds (0: until SIGTERM). Round i: one deflate(Z_FINISH) of 1000 + i % 100 bytes, all 'z', into a buffer that is
// large enough, and one inflate(Z_FINISH) of what came of it.
// Prints "ready pid=P", at the end "done rounds=R".
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { ROOM = 4096 };
static volatile sig_atomic_t stopping;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

static void expect(int right, const char *what) {
    if (!right) {
        fprintf(stderr, "zlib_user: %s failed\n", what);
        exit(1);
    }
}

static void there_and_back(unsigned size) {
    static unsigned char plain[ROOM], packed[ROOM], back[ROOM];
    memset(plain, 'z', size);
    z_stream out = {.next_in = plain, .avail_in = size, .next_out = packed, .avail_out = ROOM};
    expect(deflateInit(&out, 6) == Z_OK && deflate(&out, Z_FINISH) == Z_STREAM_END, "deflate");
    deflateEnd(&out);
    z_stream in = {.next_in = packed, .avail_in = (unsigned)out.total_out, .next_out = back, .avail_out = ROOM};
    expect(inflateInit(&in) == Z_OK && inflate(&in, Z_FINISH) == Z_STREAM_END, "inflate");
    inflateEnd(&in);
    expect(in.total_out == size && memcmp(plain, back, size) == 0, "coming back");
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        there_and_back(1000 + (unsigned)(round % 100));
        if (interval > 0) usleep((useconds_t)interval);
    }
    printf("done rounds=%ld\n", round);
    return 0;
}
