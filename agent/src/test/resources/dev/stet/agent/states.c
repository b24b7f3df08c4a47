// Puts itself into the state that its first argument names, says "ready PID" and waits for the end of its input.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void ready(int pid) {
    char line[32];
    int length = snprintf(line, sizeof line, "ready %d\n", pid);
    if (write(1, line, (size_t) length) != length) _exit(1);
}

static void wait_for_end(void) {
    char c;
    while (read(0, &c, 1) > 0) {}
}

static void copy(int from, int to) {
    char bytes[65536];
    for (ssize_t n; (n = read(from, bytes, sizeof bytes)) > 0;)
        if (write(to, bytes, (size_t) n) != n) die("write");
}

// What wait_for_end() runs is on a page of its own, in the middle of the text.
__attribute__((aligned(4096), noinline)) static int padded(int x) { return x * 3 + 1; }

int main(int argc, char **argv, char **envp) {
    const char *state = argv[1];
    char *next[] = {argv[0], "wait", NULL};
    if (!strcmp(state, "memfd")) {
        int self = open("/proc/self/exe", O_RDONLY);
        if (self < 0) die("open");
        int memory = memfd_create("a program", MFD_CLOEXEC);
        copy(self, memory);
        fexecve(memory, next, envp);
        die("fexecve");
    } else if (!strcmp(state, "hostile-env")) {
        char *env[] = {"\xff=\xfe\nB=1", "A=1", "A=2", "none", NULL};
        execve("/proc/self/exe", next, env);
    } else if (!strcmp(state, "huge-env")) {
        static char *env[30002];
        for (int i = 0; i < 30000; i++)
            if (asprintf(&env[i], "v%d=%020d", i, i) < 0) die("asprintf");
        execve("/proc/self/exe", next, env);
    } else if (!strcmp(state, "no-env")) {
        char *env[] = {NULL};
        execve("/proc/self/exe", next, env);
    } else if (!strcmp(state, "title")) {
        char *end = envp[0];
        for (char **e = envp; *e; e++) end = *e + strlen(*e) + 1;
        memset(argv[0], 0, (size_t) (end - argv[0]));
        strcpy(argv[0], "shop: a title that is longer than the arguments were");
    } else if (!strcmp(state, "chroot") || !strcmp(state, "unshare")) {
        if (state[0] == 'u' && unshare(CLONE_NEWNS)) die("unshare");
        if (state[0] == 'u') {
            if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL)) die("mount /");
            if (mount(argv[2], "/mnt", NULL, MS_BIND, NULL)) die("mount");
            execve("/mnt/states", next, envp);
            die("exec");
        }
        if (chroot(argv[2]) || chdir("/")) die("chroot");
        execve("/states", next, envp);
        die("exec");
    } else if (!strcmp(state, "traced")) {
        int child = fork();
        if (child == 0) {
            ptrace(PTRACE_TRACEME, 0, 0, 0);
            raise(SIGSTOP);
            _exit(0);
        }
        int status;
        waitpid(child, &status, WUNTRACED);
        ready(child);
        wait_for_end();
        kill(child, SIGKILL);
        return 0;
    } else if (!strcmp(state, "remapped")) {
        void *page = (void *) ((uintptr_t) padded & ~(uintptr_t) 4095);
        void *other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memcpy(other, page, 4096);
        mprotect(other, 4096, PROT_READ | PROT_EXEC);
        if (mremap(other, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, page) == MAP_FAILED) die("mremap");
    } else if (!strcmp(state, "seccomp")) {
        ready(getpid());
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) die("seccomp");
        if (write(1, "strict\n", 7) != 7) _exit(1);
        wait_for_end();
        syscall(SYS_exit, 0);
    }
    ready(getpid());
    wait_for_end();
    return padded(argc) == 0;
}
