// libcalls.so: two functions that do next to nothing, and differ in how the kernel carries out a probed first instruction.
// Each returns its argument plus one.
    .text

// push: the kernel emulates it.
    .globl f_push
    .type f_push, @function
    .p2align 4
f_push:
    push %rbp
    lea 1(%rdi), %rax
    pop %rbp
    ret
    .size f_push, . - f_push

// sub: the kernel steps over it, which is one exception more.
    .globl f_sub
    .type f_sub, @function
    .p2align 4
f_sub:
    sub $24, %rsp
    lea 1(%rdi), %rax
    add $24, %rsp
    ret
    .size f_sub, . - f_sub

    .section .note.GNU-stack, "", @progbits
