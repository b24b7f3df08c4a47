// Instructions at which a breakpoint does harm, or that lie about themselves.
//
//   code
//
// Each of 500 rounds calls every function below once, and counts answers that are wrong.
#include "zoo.h"
#include <stdint.h>

#define CODE(name, body) \
    __asm__(".text\n.balign 64\n.globl " #name "\n.type " #name ", @function\n" #name ":\n" body ".size " #name ", . - " #name "\n")
#define FUNCTION(name, body) \
    CODE(name, body); \
    long name(long n)

#define NOP5 " .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"

// A nop that the kernel turns into a call, as the first instruction; the function has a red zone.
FUNCTION(work_nop5, NOP5 " mov %rdi, -8(%rsp)\n mov -8(%rsp), %rax\n lea 1(%rax,%rax,2), %rax\n ret\n");
// The same nop in the midst, with the red zone in use; naive tools are asked to probe `work_red_inside`.
FUNCTION(work_red, " mov %rdi, -8(%rsp)\n work_red_inside:\n" NOP5 " mov -8(%rsp), %rax\n lea 1(%rax,%rax,2), %rax\n ret\n");
// Between two instructions that share bytes: a symbol of type function points into a number.
FUNCTION(work_bait,
         " .byte 0x48, 0xb8\n"
         " .globl bait\n .type bait, @function\n bait: .quad 0xc390909090909090\n .size bait, 8\n"
         " push %rdi\n lea (%rdi,%rdi,2), %rdi\n inc %rdi\n"
         " movabs $0xc390909090909090, %rdx\n sub %rdx, %rax\n add %rdi, %rax\n pop %rdi\n ret\n");
// Cannot be probed: a locked first instruction.
FUNCTION(work_lock, " lock incq counter(%rip)\n lea 1(%rdi,%rdi,2), %rax\n ret\n");
// Numbers in the midst of the code that look like returns: 0xc3.
FUNCTION(work_data,
         " jmp 1f\n .globl work_numbers\n work_numbers: .quad 0xc3c3c3c3c3c3c3c3\n"
         "1: mov work_numbers(%rip), %rax\n movabs $0xc3c3c3c3c3c3c3c3, %rdx\n sub %rdx, %rax\n lea 1(%rdi,%rdi,2), %rdi\n"
         " add %rdi, %rax\n ret\n");
// The numbers end in the first bytes of a longer instruction, so a sweep comes out of step.
FUNCTION(work_step,
         " jmp 1f\n .byte 0xc3, 0x48, 0xb8\n"
         "1: lea 1(%rdi,%rdi,2), %rax\n nop\n nop\n ret\n");
// A jump into the immediate of an instruction: bytes are code twice.
FUNCTION(work_overlap,
         " lea 1(%rdi,%rdi,2), %rax\n jmp 1f + 1\n1: .byte 0xb9\n ret\n .byte 0x90, 0x90, 0x90\n ret\n");
// The entry is the target of a loop.
long work_loop(long n, long times);
CODE(work_loop, " dec %rsi\n jg work_loop\n lea 1(%rdi,%rdi,2), %rax\n ret\n");
// Other ways to return: with a prefix, with a number, and by a jump.
FUNCTION(work_rep, " lea 1(%rdi,%rdi,2), %rax\n rep ret\n");
FUNCTION(work_bnd, " lea 1(%rdi,%rdi,2), %rax\n .byte 0xf2\n ret\n");
FUNCTION(work_pop, " lea 1(%rdi,%rdi,2), %rax\n pop %rdx\n jmp *%rdx\n");
// A return that is a jump: the address is pushed.
FUNCTION(work_push, " lea 2f(%rip), %rax\n push %rax\n ret\n 2: lea 1(%rdi,%rdi,2), %rax\n ret\n");
// Finds its own place by a call, as position-independent code did.
FUNCTION(work_place, " call 1f\n1: pop %rax\n lea 1b(%rip), %rdx\n sub %rdx, %rax\n lea 1(%rdi,%rdi,2), %rdi\n add %rdi, %rax\n ret\n");
// Relative to its own place, which a copied instruction is not.
FUNCTION(work_relative, " mov number(%rip), %rax\n add %rdi, %rax\n lea -6(%rax,%rdi,2), %rax\n ret\n");
// Reads the flags and the return address.
FUNCTION(work_flags, " stc\n pushf\n pop %rax\n and $1, %eax\n lea (%rax,%rdi,2), %rax\n add %rdi, %rax\n ret\n");
FUNCTION(work_return_address, " mov (%rsp), %rax\n sub (%rsp), %rax\n lea 1(%rdi,%rdi,2), %rdi\n add %rdi, %rax\n ret\n");
// A function that is a RET, and one that ends with another's first instruction.
FUNCTION(work_alone, " ret\n");
FUNCTION(work_into, " nop\n.size work_into, . - work_into\n.globl work_below\n.type work_below, @function\nwork_below: lea 1(%rdi,%rdi,2), %rax\n ret\n");
// A breakpoint of the program's own is its first instruction.
FUNCTION(work_int3, " int3\n lea 1(%rdi,%rdi,2), %rax\n ret\n");
// A string instruction that is repeated, and one that waits for memory.
FUNCTION(work_rep_movs, " rep movsb\n lea 1(%r8,%r8,2), %rax\n ret\n");

long counter;
long number = 7;
static volatile long own_traps;

static void on_trap(int signal) {
    (void)signal;
    own_traps++;
}

int main(void) {
    typedef long (*function)(long);
    // work_lock and work_int3 cannot be probed.
    function all[] = {work_nop5, work_red,   work_bait, work_lock,  work_data,     work_step,  work_overlap,       work_rep, work_bnd,
                      work_pop,  work_push, work_place, work_relative, work_flags, work_return_address, work_into, work_int3};
    const char *names[] = {"nop5", "red", "bait", "lock", "data", "step", "overlap", "rep", "bnd",
                           "pop",  "push", "place", "relative", "flags", "return-address", "into", "int3"};
    enum { FUNCTIONS = sizeof all / sizeof *all };
    long wrong[FUNCTIONS] = {0}, others = 0;
    signal(SIGTRAP, on_trap);
    ready();
    for (long n = 0; n < 500; n++) {
        for (int i = 0; i < FUNCTIONS; i++) wrong[i] += all[i](n) != 3 * n + 1;
        others += work_loop(n, 10) != 3 * n + 1;
        work_alone(n);
        char from[64], to[64];
        memset(from, (int)n, sizeof from);
        memset(to, ~(int)n, sizeof to);
        register long eight __asm__("r8") = n;
        long answer;
        void *di = to, *si = from;
        size_t count = sizeof to;
        __asm__ volatile("call work_rep_movs" : "=a"(answer), "+D"(di), "+S"(si), "+c"(count), "+r"(eight)::"memory", "cc");
        others += answer != 3 * n + 1 || memcmp(from, to, sizeof to) != 0;
    }
    printf("result counter=%ld own-traps=%ld others=%ld", counter, own_traps, others);
    for (int i = 0; i < FUNCTIONS; i++) {
        if (wrong[i] > 0) printf(" wrong-%s=%ld", names[i], wrong[i]);
    }
    printf("\n");
    return 0;
}
