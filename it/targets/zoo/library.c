// What `loads` opens. Compiled with -DOTHER, its functions are at other places.
#ifdef OTHER
__attribute__((noipa)) long before(long n) { return n * n * n + 17; }
__asm__(".text\n.fill 37, 1, 0x90\n");
#endif
__attribute__((noipa)) long work(long n) {
    volatile long kept = n;
    return kept * 3 + 1;
}
