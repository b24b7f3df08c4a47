// Probes that the author put in (sys/sdt.h), with a semaphore if SEMAPHORES is defined.
//
//   usdt COUNT
//
// Prints "ready pid=P", waits for SIGUSR1, then passes shop:sold(i, -i, NAMES[i % 2], i * 1000000007) COUNT times, i from 0; and
// "done passed=N asked=A last=S": A of the passes found the semaphore above 0, S is the semaphore one second after.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef SEMAPHORES
#define _SDT_HAS_SEMAPHORES 1
#endif
#include <sys/sdt.h>

#ifdef SEMAPHORES
unsigned short shop_sold_semaphore __attribute__((section(".probes")));
#define WANTED (*(volatile unsigned short *)&shop_sold_semaphore)
#else
#define WANTED 1
#endif

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    long count = atol(argv[1]), asked = 0;
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    printf("ready pid=%d semaphore=%d\n", getpid(), WANTED);
    fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    static const char *const NAMES[] = {"tea", "coffee"};
    for (int i = 0; i < count; i++) {
        if (WANTED) {
            asked++;
            DTRACE_PROBE4(shop, sold, i, (short)-i, NAMES[i % 2], i * INT64_C(1000000007));
        }
        usleep(100);
    }
    printf("passed\n");
    fflush(stdout);
    sigwait(&wanted, &got);
    printf("done passed=%ld asked=%ld last=%d\n", count, asked, WANTED);
    return 0;
}
