// Programs that allow themselves little, or are watched.
//
//   sandbox strict | filter | dispatch | undumpable | chroot DIRECTORY | namespace | traced | stopped | trap-flag
#include "zoo.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// The first instruction is a nop of five bytes, which the kernel turns into a system call.
__asm__(".text\n.balign 64\n.globl work\n.type work, @function\nwork: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
        " push %rbx\n lea 1(%rdi,%rdi,2), %rax\n pop %rbx\n ret\n.size work, . - work\n");
long work(long n);
// One that the kernel has to step over.
OPAQUE long work_stepped(long n) { return n * 5 + 2; }

static volatile char selector = SYSCALL_DISPATCH_FILTER_ALLOW;

// Nothing but the call itself: a sandbox may forbid all else.
static void finish(long wrong) {
    const char *text = wrong == 0 ? "result wrong=0\n" : "result wrong\n";
    syscall(SYS_write, 1, text, strlen(text));
    syscall(SYS_exit, 0);
}

static long rounds(void) {
    long wrong = 0;
    for (long n = 0; n < 500; n++) wrong += (work(n) != n * 3 + 1) + (work_stepped(n) != n * 5 + 2);
    return wrong;
}

static void filter(void) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(71);
}

static void dispatch(void) {
    if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector) != 0) _exit(72);
}

// The parent traces its child, as a sandbox does, and looks at each of its system calls.
static int traced(void) {
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        finish(rounds());
    }
    int status;
    long strange = 0;
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    while (WIFSTOPPED(status)) {
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            long number = ptrace(PTRACE_PEEKUSER, child, (void *)(15 * 8), NULL); // orig_rax
            strange += number != SYS_write && number != SYS_exit && number != SYS_tgkill && number != SYS_rt_sigprocmask
                    && number != SYS_gettid && number != SYS_getpid;
        } else if (WSTOPSIG(status) != SIGSTOP) {
            strange++;
        }
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        waitpid(child, &status, 0);
    }
    printf("result child=%x strange=%ld\n", status, strange);
    return 0;
}

static volatile long steps;
static void on_step(int signal) {
    (void)signal;
    steps++;
}

static void step_by_step(void) {
    signal(SIGTRAP, on_step);
    long wrong = 0;
    for (long n = 0; n < 50; n++) {
        long answer;
        __asm__ volatile("pushf\n orl $0x100, (%%rsp)\n popf\n call work\n pushf\n andl $~0x100, (%%rsp)\n popf"
                         : "=a"(answer) : "D"(n) : "memory", "cc", "rbx");
        wrong += answer != n * 3 + 1;
    }
    printf("result wrong=%ld steps=%ld\n", wrong, steps);
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    const char *mode = argv[1];
    if (is(mode, "undumpable")) prctl(PR_SET_DUMPABLE, 0);
    if (is(mode, "chroot") && (argc < 3 || chroot(argv[2]) != 0 || chdir("/") != 0)) return 65;
    if (is(mode, "namespace")
        && (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
            || mount("zoo", "/tmp", "tmpfs", 0, NULL) != 0))
        return 66;
    ready();
    if (is(mode, "strict") && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) return 67;
    if (is(mode, "filter")) filter();
    if (is(mode, "dispatch")) {
        dispatch();
        selector = SYSCALL_DISPATCH_FILTER_BLOCK;
        long wrong = rounds();
        selector = SYSCALL_DISPATCH_FILTER_ALLOW;
        finish(wrong);
    }
    if (is(mode, "traced")) return traced();
    if (is(mode, "trap-flag")) {
        step_by_step();
        return 0;
    }
    finish(rounds());
}
