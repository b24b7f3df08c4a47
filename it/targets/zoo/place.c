// A program whose file has a fate: deleted, replaced, written over, only in memory, on a file system that goes away. -DOTHER has other
// code at the same place.
//
//   place [memory]
#include "zoo.h"
#include <fcntl.h>
#include <sys/mman.h>

#ifdef OTHER
__asm__(".text\n.balign 4096\n.globl work\n.type work, @function\nwork: mov $0x1111, %eax\n imul $5, %eax, %eax\n lea 1(%rdi,%rdi,4), %rax\n ret\n"
        ".size work, . - work\n.balign 4096\n");
enum { FACTOR = 5 };
#else
__asm__(".text\n.balign 4096\n.globl work\n.type work, @function\nwork: push %rbp\n mov %rsp, %rbp\n lea 1(%rdi,%rdi,2), %rax\n pop %rbp\n ret\n"
        " .fill 8, 1, 0x90\n.size work, . - work\n.balign 4096\n");
enum { FACTOR = 3 };
#endif
long work(long n);

static void run_from_memory(char **argv) {
    static char buffer[1 << 16];
    int from = open("/proc/self/exe", O_RDONLY), to = memfd_create("zoo", MFD_CLOEXEC);
    for (ssize_t got; (got = read(from, buffer, sizeof buffer)) > 0;) {
        if (write(to, buffer, (size_t)got) != got) _exit(71);
    }
    char *arguments[] = {argv[0], NULL}, *nothing[] = {NULL};
    fexecve(to, arguments, nothing);
    _exit(72);
}

int main(int argc, char **argv) {
    if (argc > 1 && is(argv[1], "memory")) run_from_memory(argv);
    long right = 0, wrong = 0;
    ready();
    for (long n = 0; n < 500; n++) *(work(n) == n * FACTOR + 1 ? &right : &wrong) += 1;
    printf("result factor=%d right=%ld wrong=%ld\n", FACTOR, right, wrong);
    return 0;
}
