package dev.stet.binary.golang;

/// The first instructions of a Go function on x86-64, which see whether its stack frame fits and, if not,
/// have the stack grown and begin again from the first of them (Go `src/cmd/internal/obj/x86/obj6.go:
/// stacksplit`). What runs once a call is what comes behind.
///
/// ```
/// frame   up to 128 bytes    cmp  0x10(g), %rsp                                       jbe grow
///         more               lea  -frame(%rsp), %r                 cmp 0x10(g), %r    jbe grow
///         very much          mov %rsp, %r; sub $frame, %r; jb grow; cmp 0x10(g), %r   jbe grow
/// ```
///
/// with g in R14 since Go 1.17, and loaded from thread-local storage before. Then the frame is made: `push
/// %rbp`, or a `sub` or `add` on RSP; both leave arguments and RSP as they were at the entry until they have
/// run.
public final class GoPrologue {
    /// The longest check that is made.
    public static final int MAX_BYTES = 48;

    /// `mov %fs:-8, %rcx`
    private static final int[] LOAD_G = {0x64, 0x48, 0x8b, 0x0c, 0x25, 0xf8, 0xff, 0xff, 0xff};
    private static final int ANY = -1;

    /// Instructions of the check, but for the jumps.
    private static final int[][] CHECKS = {
        LOAD_G,
        {0x49, 0x3b, 0x66, 0x10}, // cmp 0x10(%r14), %rsp
        {0x48, 0x3b, 0x61, 0x10}, // cmp 0x10(%rcx), %rsp
        {0x4c, 0x8d, 0x64, 0x24, ANY}, // lea -x(%rsp), %r12
        {0x4c, 0x8d, 0xa4, 0x24, ANY, ANY, ANY, ANY},
        {0x48, 0x8d, 0x44, 0x24, ANY}, // lea -x(%rsp), %rax
        {0x48, 0x8d, 0x84, 0x24, ANY, ANY, ANY, ANY},
        {0x49, 0x89, 0xe4}, // mov %rsp, %r12
        {0x49, 0x81, 0xec, ANY, ANY, ANY, ANY}, // sub $x, %r12
        {0x4d, 0x3b, 0x66, 0x10}, // cmp 0x10(%r14), %r12
        {0x48, 0x3b, 0x41, 0x10}, // cmp 0x10(%rcx), %rax
    };

    private static final int[][] JUMPS = {
        {0x76, ANY}, {0x0f, 0x86, ANY, ANY, ANY, ANY}, // jbe
        {0x72, ANY}, {0x0f, 0x82, ANY, ANY, ANY, ANY}, // jb
    };

    private static final int[][] FRAMES = {
        {0x55}, // push %rbp
        {0x48, 0x83, 0xec, ANY}, // sub $x, %rsp
        {0x48, 0x81, 0xec, ANY, ANY, ANY, ANY},
        {0x48, 0x83, 0xc4, ANY}, // add $-128, %rsp
    };

    private GoPrologue() {}

    /// How many bytes the check takes, behind which the frame is made; 0 if the function does not begin so.
    public static int length(byte[] code) {
        int at = 0;
        boolean jumped = false;
        while (true) {
            int check = match(CHECKS, code, at);
            int jump = match(JUMPS, code, at);
            if (check == 0 && jump == 0) {
                return jumped && match(FRAMES, code, at) > 0 ? at : 0;
            }
            if (at == 0 && jump > 0) {
                return 0;
            }
            jumped = jump > 0;
            at += check + jump;
        }
    }

    private static int match(int[][] patterns, byte[] code, int at) {
        for (int[] pattern : patterns) {
            if (matches(pattern, code, at)) {
                return pattern.length;
            }
        }
        return 0;
    }

    private static boolean matches(int[] pattern, byte[] code, int at) {
        if (pattern.length > code.length - at) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i] != ANY && (code[at + i] & 0xff) != pattern[i]) {
                return false;
            }
        }
        return true;
    }
}
