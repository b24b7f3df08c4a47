// Processes that come and go: each answer that a child owes is in its exit status.
//
//   family fork | vfork | spawn | shared | short N | forks N | execs N | exec-from-thread | leader
#include "zoo.h"
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;
static const char *mode;
static char *self;
static long right, wrong;

static void check(long got, long wanted) { *(got == wanted ? &right : &wrong) += 1; }

static int status_of(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

OPAQUE long work(long n) {
    volatile long kept = n;
    if (is(mode, "fork") && n % 10 == 0) {
        pid_t child = fork();
        if (child == 0) return -n; // the child, too, returns from here
        check(status_of(child), 7);
    }
    if (is(mode, "vfork") && n % 10 == 0) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/true", "true", (char *)NULL);
            _exit(1);
        }
        check(status_of(child), 0);
    }
    return kept * 3 + 1;
}

static int shared_child(void *argument) {
    (void)argument;
    long bad = 0;
    for (long n = 1; n < 50; n++) bad += work(n) != n * 3 + 1;
    _exit(bad == 0 ? 9 : 1);
}

static pid_t spawn(char *how, char *number) {
    pid_t child;
    char *arguments[] = {self, how, number, NULL};
    return posix_spawn(&child, self, NULL, NULL, arguments, environ) == 0 ? child : -1;
}

static void *execs(void *argument) {
    char *arguments[] = {self, "child", argument, NULL};
    execv(self, arguments);
    return NULL;
}

static void *survivor(void *argument) {
    (void)argument;
    usleep(100000);
    for (long n = 0; n < 500; n++) check(work(n), n * 3 + 1);
    printf("result right=%ld wrong=%ld\n", right, wrong);
    fflush(stdout);
    exit(0);
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    mode = argv[1];
    self = argv[0];
    long number = argc > 2 ? atol(argv[2]) : 0;
    if (is(mode, "child")) {
        long answer = work(number);
        return (int)(answer % 100);
    }
    if (is(mode, "next")) { // of `execs`: the number of programs to come, and the answers of those before
        long answers = atol(argv[3]) + work(number);
        if (number == 0) {
            printf("result answers=%ld\n", answers);
            return 0;
        }
        char left[32], sum[32];
        snprintf(left, sizeof left, "%ld", number - 1);
        snprintf(sum, sizeof sum, "%ld", answers);
        execl(self, self, "next", left, sum, (char *)NULL);
        return 65;
    }
    ready();
    if (is(mode, "fork") || is(mode, "vfork")) {
        for (long n = 1; n <= 300; n++) {
            long answer = work(n);
            if (answer == -n) _exit(7);
            check(answer, n * 3 + 1);
        }
    }
    if (is(mode, "spawn")) {
        for (long n = 0; n < 30; n++) {
            char text[32];
            snprintf(text, sizeof text, "%ld", n);
            check(work(n), n * 3 + 1);
            check(status_of(spawn("child", text)), (n * 3 + 1) % 100);
        }
    }
    if (is(mode, "shared")) {
        for (int i = 0; i < 10; i++) {
            char *stack = malloc(1 << 16);
            pid_t child = clone(shared_child, stack + (1 << 16), CLONE_VM | SIGCHLD, NULL);
            for (long n = 1; n < 50; n++) check(work(n), n * 3 + 1);
            check(status_of(child), 9);
            free(stack);
        }
    }
    if (is(mode, "short")) {
        enum { AT_ONCE = 8 };
        pid_t children[AT_ONCE] = {0};
        long owed[AT_ONCE] = {0};
        for (long n = 0; n < number + AT_ONCE; n++) {
            int place = (int)(n % AT_ONCE);
            if (children[place] > 0) check(status_of(children[place]), owed[place]);
            children[place] = 0;
            if (n >= number) continue;
            char text[32];
            snprintf(text, sizeof text, "%ld", n);
            owed[place] = (n * 3 + 1) % 100;
            children[place] = spawn("child", text);
            if (n % 10 == 0) check(work(n), n * 3 + 1);
        }
    }
    if (is(mode, "forks")) {
        for (long n = 0; n < number; n++) {
            pid_t child = fork();
            if (child == 0) {
                pid_t grandchild = fork();
                if (grandchild == 0) _exit((int)(work(n) % 100));
                _exit(status_of(grandchild));
            }
            check(status_of(child), (n * 3 + 1) % 100);
        }
    }
    if (is(mode, "execs")) {
        char text[32];
        snprintf(text, sizeof text, "%ld", number);
        check(work(1), 4);
        execl(self, self, "next", text, "0", (char *)NULL);
    }
    if (is(mode, "exec-from-thread")) {
        for (long n = 0; n < 100; n++) check(work(n), n * 3 + 1);
        printf("result right=%ld wrong=%ld\n", right, wrong);
        fflush(stdout);
        pthread_t thread;
        pthread_create(&thread, NULL, execs, "14");
        for (long n = 0;; n++) work(n);
    }
    if (is(mode, "leader")) {
        pthread_t thread;
        pthread_create(&thread, NULL, survivor, NULL);
        pthread_exit(NULL);
    }
    printf("result right=%ld wrong=%ld\n", right, wrong);
    return 0;
}
