// fragile HOW [MILLIS]
//
// Calls work() and other() every millisecond, work() twice, and ends badly in some way; it looks at itself at every
// 200th round only:
//
//   entry    aborts when the first instruction of work() is not what its file says, the second time it sees that
//   exit     aborts when the last one is not
//   always   aborts after MILLIS, whatever happens
//   drop     gives its text back to its file after MILLIS, and lives on
//   never    lives until SIGTERM, then exits with 0
//   thread   a second thread ends the process with 7 after MILLIS
//   leader   the main thread ends after MILLIS, a second one ends the process with 8 after twice that
//
// Prints `ready PID`. Linked without PIE: the file's byte of an address is 0x400000 before it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__asm__(".globl work, work_exit, other\n"
        ".type work, @function\n"
        "work:  push %rbp\n"
        "       mov %rsp, %rbp\n"
        "       lea 1(%rdi,%rdi), %rax\n"
        "       pop %rbp\n"
        "work_exit: ret\n"
        ".size work, .-work\n"
        ".type other, @function\n"
        "other: push %rbp\n"
        "       mov %rsp, %rbp\n"
        "       lea 2(%rdi,%rdi), %rax\n"
        "       pop %rbp\n"
        "       ret\n"
        ".size other, .-other\n");

extern long work(long), other(long);
extern const unsigned char work_exit[];

static volatile sig_atomic_t stopped;
static int file, millis;

static void stop(int signal) {
    (void) signal;
    stopped = 1;
}

static void check(const unsigned char *at) {
    static int seen;
    unsigned char original;
    if (pread(file, &original, 1, (intptr_t) at - 0x400000) != 1) abort();
    if (original != *(volatile const unsigned char *) at && seen++ > 0) abort();
}

static void *later(void *code) {
    usleep(millis * ((intptr_t) code == 8 ? 2000 : 1000));
    exit((int) (intptr_t) code);
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "never";
    millis = argc > 2 ? atoi(argv[2]) : 0;
    file = open("/proc/self/exe", O_RDONLY);
    signal(SIGTERM, stop);
    printf("ready %d\n", getpid());
    fflush(stdout);
    pthread_t second;
    if (!strcmp(how, "thread")) {
        pthread_create(&second, NULL, later, (void *) 7);
    }
    if (!strcmp(how, "leader")) {
        pthread_create(&second, NULL, later, (void *) 8);
    }
    for (long i = 0; !stopped; i++) {
        if (work(i) + 1 != other(i)) {
            return 1;
        }
        work(i);
        usleep(1000);
        if (i % 200 == 199 && !strcmp(how, "entry")) {
            check((const unsigned char *) work);
        } else if (i % 200 == 199 && !strcmp(how, "exit")) {
            check(work_exit);
        } else if (i >= millis && !strcmp(how, "always")) {
            abort();
        } else if (i == millis && !strcmp(how, "drop")) {
            madvise((void *) ((intptr_t) work & -4096), 4096, MADV_DONTNEED);
        } else if (i >= millis && !strcmp(how, "leader")) {
            pthread_exit(NULL);
        }
    }
    puts("done");
    return 0;
}
