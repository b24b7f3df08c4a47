// relay ROUNDS OTHER [ROUND SEEN]
//
// Two names of this program run each other in turn, in one process: the one called `*-a` waits until getaddrinfo in libc
// has a breakpoint, and runs OTHER; the other looks for 2 ms whether it has one, which nobody may have planted in it, and
// runs the first again. After ROUNDS rounds prints "done rounds=R seen=S", S times that the other saw one. Prints
// "ready PID" at the start. What it waits for and does not come in 10 s ends it with 2.
#define _GNU_SOURCE
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INT3 = 0xcc, WAIT_MILLIS = 10000, LOOK_MILLIS = 2 };

static long millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int has_breakpoint_within(long limit) {
    volatile unsigned char *text = (volatile unsigned char *)getaddrinfo;
    long end = millis() + limit;
    do {
        if (*text == INT3) return 1;
    } while (millis() < end);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    int rounds = atoi(argv[1]);
    int round = argc > 3 ? atoi(argv[3]) : 0;
    int seen = argc > 4 ? atoi(argv[4]) : 0;
    int is_first = strstr(argv[0], "-a") != NULL;
    if (argc == 3) {
        printf("ready %d\n", getpid());
        fflush(stdout);
    }
    if (is_first) {
        if (round == rounds) {
            printf("done rounds=%d seen=%d\n", round, seen);
            return 0;
        }
        if (!has_breakpoint_within(WAIT_MILLIS)) return 2;
    } else {
        seen += has_breakpoint_within(LOOK_MILLIS);
        round++;
    }
    char round_text[16], seen_text[16];
    snprintf(round_text, sizeof round_text, "%d", round);
    snprintf(seen_text, sizeof seen_text, "%d", seen);
    execl(argv[2], argv[2], argv[1], argv[0], round_text, seen_text, (char *)NULL);
    return 3;
}
