package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions that people wrote in assembly, where a probe that believes what it sees does harm.
class HandWrittenTest {
    private static final String CODE = """
            .text
            .macro function name
            .balign 64
            .globl \\name
            .type \\name, @function
            \\name:
            .endm
            function numbers
             jmp 1f
            table: .quad 0xc3c3c3c3c3c3c3c3
            1: mov table(%rip), %rax
             test %rdi, %rdi
             jz 2f
             ret
            2: inc %rax
             ret
            .size numbers, . - numbers
            function unwound
             test %rdi, %rdi
             jz 1f
             call other
            1: ret
             mov %rax, %rdi
             call other
             ret
            .size unwound, . - unwound
            function computed
             jmp *%rdi
             ret
             xor %eax, %eax
             ret
            .size computed, . - computed
            function number
             .byte 0x48, 0xb8
            .globl bait
            .type bait, @function
            bait: .quad 0xc390909090909090
            .size bait, 8
             nop
            .globl inner
            .type inner, @function
            inner: ret
            .size inner, . - inner
            .size number, . - number
            function patchable
             .byte 0x0f, 0x1f, 0x44, 0x00, 0x00
             lea 1(%rdi), %rax
             ret
            .size patchable, . - patchable
            function looping
             .byte 0x0f, 0x1f, 0x44, 0x00, 0x00
            1: dec %rdi
             jnz 1b
             ret
            .size looping, . - looping
            function empty
             .byte 0x0f, 0x1f, 0x44, 0x00, 0x00
             ret
            .size empty, . - empty
            function other
             ret
            .size other, . - other
            """;

    @TempDir
    private static Path directory;

    private static Executable it;

    @BeforeAll
    static void build() throws IOException {
        Files.writeString(directory.resolve("a.s"), CODE);
        Tools.run(directory, "gcc", "-shared", "-nostdlib", "-Wl,-Bsymbolic", "-o", "out", "a.s");
        it = Executable.parse(ByteSource.of(Files.readAllBytes(directory.resolve("out"))));
    }

    private static Function function(String name) throws IOException {
        return it.functions().named(name).getFirst();
    }

    private static List<Long> returns(String name) throws IOException {
        Function function = function(name);
        return ((Exits.Sites) it.exits(function))
                .sites().stream()
                        .filter(exit -> exit.kind() == Exit.Kind.RETURN)
                        .map(exit -> exit.fileOffset() - function.fileOffset())
                        .toList();
    }

    private static long entry(String name) throws IOException {
        return it.entryOffset(function(name)) - function(name).fileOffset();
    }

    /// A breakpoint in the table would be another number.
    @Test
    void numbersThatLookLikeReturnsAreNone() throws IOException {
        assertThat(returns("numbers")).containsExactly(0x16L, 0x1aL);
    }

    /// As landing pads of exceptions, to which only the unwinder goes.
    @Test
    void whatCallsIsCodeThoughNothingLeadsThere() throws IOException {
        assertThat(returns("unwound")).hasSize(2);
    }

    @Test
    void computedJumpsMayGoAnywhere() throws IOException {
        assertThat(returns("computed")).hasSize(2);
    }

    @Test
    void symbolInTheMiddleOfAnInstructionIsRefused() throws IOException {
        assertThat(it.entryRefusal(function("bait")))
                .hasValueSatisfying(why -> assertThat(why).contains("in the middle of an instruction of number"));
        assertThat(it.entryRefusal(function("inner"))).isEmpty();
        assertThat(it.entryRefusal(function("number"))).isEmpty();
    }

    /// The kernel makes a system call of a probed nop of five bytes.
    @Test
    void entryIsBehindANopThatTheKernelWouldReplace() throws IOException {
        assertThat(entry("patchable")).isEqualTo(5);
        assertThat(entry("looping")).as("runs again in a call").isZero();
        assertThat(entry("empty")).as("is the way out").isZero();
        assertThat(entry("other")).isZero();
    }
}
