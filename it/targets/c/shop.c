// Calls that are counted by the program itself.
//
//   shop COUNT [PAUSE_EVERY]
//
// Prints "ready pid=P", waits for SIGUSR1, then calls order(i, i % 100, NAMES[i % 3], i % 3, ITEM) for i = 0 to COUNT - 1.
// ITEM is NULL when i % 5 is 0. order sleeps 2 ms when i % 50 is 7, and returns i % 7 - 3. After PAUSE_EVERY calls, 64 if not
// given and 0 for never, it sleeps for a millisecond. outer calls middle calls inner once.
// Prints "done calls=COUNT slow=S nil=N micros=T".
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

enum kind { BOOK, TOY = 4, FOOD };

struct item {
    long weight;
    const char *password;
};

static const char *const NAMES[] = {"anna", "bert", "annette"};
static const enum kind KINDS[] = {BOOK, TOY, FOOD};

OPAQUE int order(long id, int amount, const char *name, enum kind kind, const struct item *item) {
    (void)amount, (void)name, (void)kind, (void)item;
    if (id % 50 == 7) usleep(2000);
    return (int)(id % 7) - 3;
}

OPAQUE long hot(long id, long amount) { return id + amount; }
OPAQUE int inner(int x) { return x + 1; }
OPAQUE int middle(int x) { return inner(x) + 1; }
OPAQUE int outer(int x) { return middle(x) + 1; }
OPAQUE int login(const char *user, const char *password, const char *line) { return user[0] + password[0] + line[0]; }

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    long count = atol(argv[1]), every = argc > 2 ? atol(argv[2]) : 64, slow = 0, nil = 0;
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    outer(1);
    login("anna", "hunter2", "GET /?password=swordfish&page=1");
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    static const struct item ITEM = {3, "secret"};
    for (long i = 0; i < count; i++) {
        slow += i % 50 == 7;
        nil += i % 5 == 0;
        if (order(i, (int)(i % 100), NAMES[i % 3], KINDS[i % 3], i % 5 == 0 ? NULL : &ITEM) != i % 7 - 3) return 1;
        if (hot(i, i % 100) != i + i % 100) return 1;
        if (every > 0 && i % every == every - 1) usleep(1000);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("done calls=%ld slow=%ld nil=%ld micros=%ld\n", count, slow, nil,
           (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000);
    return 0;
}
