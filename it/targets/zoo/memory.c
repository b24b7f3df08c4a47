// Programs that do things to their own text, and to the room that a probe needs.
//
//   memory discard | patch | unmap | guard | twice | full | top | lock | limit | execute-only | copy | copied | hook
//   memory checksum
// With -DHASH it has the mark of programs that check their own code.
#include "zoo.h"
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>

enum { PAGE = 4096 };

#ifdef HASH
// The section that ClickHouse has for such a sum.
__attribute__((section(".clickhouse.hash"), used)) static const char HASHED[32] = "not compared, the section counts";
#endif

// Pages of their own: work's, then gone's.
__asm__(".text\n.balign 4096\n.globl work\n.type work, @function\nwork: sub $8, %rsp\n lea 1(%rdi,%rdi,2), %rax\n"
        " .globl constant\n constant: add $0, %rax\n add $8, %rsp\n ret\n.size work, . - work\n"
        ".balign 4096\n.globl work_gone\n.type work_gone, @function\nwork_gone: sub $8, %rsp\n lea 2(%rdi), %rax\n add $8, %rsp\n ret\n"
        ".size work_gone, . - work_gone\n.balign 4096\n.globl end_of_text\nend_of_text:\n");
long work(long n);
long work_gone(long n);
extern unsigned char constant[], end_of_text[];

static unsigned char *page_of(void *at) { return (unsigned char *)((uintptr_t)at & ~(uintptr_t)(PAGE - 1)); }

static long right, wrong;
static void check(long got, long wanted) { *(got == wanted ? &right : &wrong) += 1; }
static void rounds(long (*function)(long), long more) {
    for (long n = 0; n < 200; n++) check(function(n), n * 3 + 1 + more);
}

static void protect(void *at, int how) {
    if (mprotect(page_of(at), PAGE, how) != 0) _exit(71);
}

static void *anonymous(size_t size, int how) {
    void *made = mmap(NULL, size, how, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) _exit(72);
    return made;
}

static volatile long faults;
static void on_fault(int signal) {
    (void)signal;
    faults++;
    protect(work, PROT_READ | PROT_EXEC);
}

// As programs do that want large pages: a copy takes the text's place.
static void replace_by_copy(void) {
    void *copy = anonymous(PAGE, PROT_READ | PROT_WRITE);
    memcpy(copy, page_of(work), PAGE);
    if (mprotect(copy, PAGE, PROT_READ | PROT_EXEC) != 0) _exit(73);
    if (mremap(copy, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page_of(work)) == MAP_FAILED) _exit(74);
}

static uint64_t sum(void) {
    uint64_t sum = 14695981039346656037u;
    for (const unsigned char *at = page_of(work); at < end_of_text; at++) sum = (sum ^ *at) * 1099511628211u;
    return sum;
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    const char *mode = argv[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t before = sum();
    if (is(mode, "copied")) replace_by_copy();
    ready();
    if (is(mode, "discard")) {
        rounds(work, 0);
        if (madvise(page_of(work), PAGE, MADV_DONTNEED) != 0) return 75;
        rounds(work, 0);
    }
    if (is(mode, "patch")) {
        for (int i = 0; i < 20; i++) {
            protect(work, PROT_READ | PROT_WRITE | PROT_EXEC);
            constant[3] = (unsigned char)i;
            protect(work, PROT_READ | PROT_EXEC);
            rounds(work, i);
        }
    }
    if (is(mode, "unmap")) {
        for (long n = 0; n < 200; n++) check(work_gone(n), n + 2);
        if (munmap(page_of(work_gone), PAGE) != 0) return 76;
        rounds(work, 0);
        // Something else comes to the same place.
        if (mmap(page_of(work_gone), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) return 77;
        for (int i = 0; i < PAGE; i++) check(page_of(work_gone)[i], 0);
    }
    if (is(mode, "guard")) {
        signal(SIGSEGV, on_fault);
        for (int i = 0; i < 50; i++) {
            protect(work, PROT_NONE);
            check(work(i), i * 3 + 1);
        }
        check(faults, 50);
    }
    if (is(mode, "twice")) {
        FILE *self = fopen("/proc/self/exe", "r");
        // Where the page is in the file: the text begins at a page, too.
        extern char __executable_start[];
        long offset = (long)(page_of(work) - (unsigned char *)__executable_start);
        unsigned char *again = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fileno(self), offset);
        if (again == MAP_FAILED) return 78;
        rounds(work, 0);
        rounds((long (*)(long))(uintptr_t)again, 0);
        munmap(again, PAGE);
        rounds(work, 0);
    }
    if (is(mode, "full")) {
        long made = 0;
        while (mmap(NULL, PAGE, made % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) made++;
        check(made > 1000, 1);
        rounds(work, 0);
    }
    if (is(mode, "top")) {
        void *top = mmap((void *)0x7fffffffe000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        check(top != NULL, 1);
        rounds(work, 0);
    }
    if (is(mode, "lock")) {
        mlockall(MCL_CURRENT | MCL_FUTURE);
        rounds(work, 0);
    }
    if (is(mode, "limit")) {
        struct rlimit none = {1, 1};
        setrlimit(RLIMIT_AS, &none);
        rounds(work, 0);
    }
    if (is(mode, "execute-only")) {
        protect(work, PROT_EXEC);
        rounds(work, 0);
    }
    if (is(mode, "copy")) {
        rounds(work, 0);
        replace_by_copy();
        rounds(work, 0);
    }
    if (is(mode, "copied")) rounds(work, 0);
    if (is(mode, "hook")) {
        // As libraries do that hook functions: the first instructions are moved to a trampoline.
        unsigned char *trampoline = anonymous(PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
        memcpy(trampoline, (void *)(uintptr_t)work, 64);
        rounds((long (*)(long))(uintptr_t)trampoline, 0);
    }
    if (is(mode, "checksum")) {
        rounds(work, 0);
        check(sum() == before, 1);
    }
    printf("result right=%ld wrong=%ld\n", right, wrong);
    return 0;
}
