package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Code;
import dev.stet.binary.Condition;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways out of functions that compilers make of C, with every optimisation, and of assembly by hand. Some
/// seconds, for the compilers.
class ExitKindsTest {
    private static final String C = """
            #include <stdlib.h>
            struct ops { long a; int (*op)(int); };
            extern volatile int sink;
            volatile int sink;
            __attribute__((noinline, noipa)) int other(int a) { return a * 3; }
            __attribute__((noinline, noipa)) int conditional(int a) { if (a > 5) return other(a); sink = a; return 1; }
            __attribute__((noinline, noipa)) int pointer(struct ops *o, int a) { return o->op(a); }
            __attribute__((noinline, noipa)) int argument(int (*f)(int), int a) { return f(a + 1); }
            __attribute__((noinline, noipa)) int switched(int a, int b) {
                switch (a) {
                    case 0: sink = b; return 7; case 1: return b * 5; case 2: sink = 3; return b - 9;
                    case 3: return b ^ 77; case 4: sink = b + 1; return 4; case 5: return sink; case 6: return b << 3;
                    default: return 0;
                }
            }
            __attribute__((noinline, noipa)) int threaded(const unsigned char *p) {
                static void *const labels[] = {&&add, &&sub, &&mul, &&end};
                int v = 0;
                goto *labels[*p++];
                add: v += sink; goto *labels[*p++];
                sub: v -= 3; goto *labels[*p++];
                mul: v *= 7; goto *labels[*p++];
                end: return v;
            }
            __attribute__((noinline, noipa, noreturn)) void never(void) { sink = 1; abort(); }
            __attribute__((noinline, noipa)) int redzone(int a) { volatile int x[8]; x[a & 7] = a; return x[3]; }
            __attribute__((noinline, noipa)) int framed(int a) { volatile int x[80]; x[a & 7] = other(a); return x[3] + other(a); }
            int main(int n, char **v) { struct ops o = {0, other}; return conditional(n) + pointer(&o, n) + argument(other, n)
                + switched(n, 2) + threaded((unsigned char *) v[0]) + redzone(n) + framed(n); }
            """;

    @TempDir
    Path directory;

    private Executable build(String command, String source, String text) throws IOException {
        Files.writeString(directory.resolve(source), text);
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of("-o", "out", source));
        Tools.run(directory, words.toArray(String[]::new));
        return Executable.parse(ByteSource.of(Files.readAllBytes(directory.resolve("out"))));
    }

    private static Function function(Executable executable, String name) throws IOException {
        List<Function> found = executable.functions().named(name);
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static Exits.Sites sites(Executable executable, String name) throws IOException {
        Exits exits = executable.exits(function(executable, name));
        assertThat(exits).as(name).isInstanceOf(Exits.Sites.class);
        return (Exits.Sites) exits;
    }

    private static List<Exit.Kind> kinds(Executable executable, String name) throws IOException {
        return sites(executable, name).sites().stream().map(Exit::kind).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcc -O0",
                "gcc -O2",
                "gcc -O2 -fcf-protection=full",
                "gcc -O3 -no-pie -fno-pie",
                "gcc -O2 -flto",
                "clang -O0",
                "clang -O2",
                "clang -O3 -fcf-protection=full",
                "clang -O2 -no-pie -fno-pic",
                "aarch64-linux-gnu-gcc -O0",
                "aarch64-linux-gnu-gcc -O2",
                "aarch64-linux-gnu-gcc -O2 -mbranch-protection=standard",
            })
    void whatCompilersMake(String command) throws IOException {
        Executable it = build(command, "a.c", C);
        boolean optimised = !command.contains("-O0");
        assertThat(kinds(it, "other")).containsExactly(Exit.Kind.RETURN);
        assertThat(kinds(it, "switched")).isNotEmpty().containsOnly(Exit.Kind.RETURN);
        assertThat(sites(it, "switched").unseen()).as("switched").isEmpty();
        assertThat(kinds(it, "threaded")).isNotEmpty().containsOnly(Exit.Kind.RETURN);
        assertThat(sites(it, "never").sites()).as("never").isEmpty();
        assertThat(sites(it, "never").unseen()).as("never").isEmpty();
        if (optimised) {
            assertThat(kinds(it, "pointer")).containsExactly(Exit.Kind.INDIRECT_TAIL_JUMP);
            assertThat(kinds(it, "argument")).containsExactly(Exit.Kind.INDIRECT_TAIL_JUMP);
            assertThat(kinds(it, "conditional"))
                    .contains(Exit.Kind.RETURN)
                    .containsAnyOf(Exit.Kind.TAIL_JUMP, Exit.Kind.CONDITIONAL_TAIL_JUMP);
        }
        if (!command.startsWith("aarch64")) {
            assertThat(frame(it, "redzone").usesRedZone()).as("redzone").isTrue();
            assertThat(frame(it, "framed").usesRedZone()).as("framed").isFalse();
        } else {
            assertThat(frame(it, "redzone").usesRedZone()).as("redzone").isFalse();
        }
        assertThat(frame(it, "framed").loweredAt()).isPresent();
        assertThat(frame(it, "other").loweredAt().isPresent())
                .as("frame of other")
                .isEqualTo(!optimised);
        exitsAreInstructions(it);
    }

    private static Code.Frame frame(Executable executable, String name) throws IOException {
        return ((Code.Instructions) executable.code(function(executable, name))).frame();
    }

    /// No exit is ever within an instruction, by our own list of them; nor a refused one.
    private static void exitsAreInstructions(Executable executable) throws IOException {
        for (Function function : executable.functions().matching(_ -> true)) {
            if (executable.exits(function) instanceof Exits.Sites(var sites, var _)
                    && executable.code(function) instanceof Code.Instructions code) {
                for (Exit exit : sites) {
                    int offset = (int) (exit.fileOffset() - function.fileOffset());
                    if (offset >= 0 && offset < function.size()) {
                        assertThat(code.begins(offset)).isTrue();
                        assertThat(code.refusal(offset)).isEmpty();
                    }
                }
            }
        }
    }

    private static final String ASSEMBLY = """
            .text
            .macro f name
            .globl \\name
            .type \\name,@function
            \\name:
            .endm
            .macro e name
            .size \\name,.-\\name
            .endm
            f _start
            ret
            e _start
            f je_other
            testl %edi,%edi
            je _start
            jrcxz je_other+1
            .byte 0xf2,0xc3
            e je_other
            f je_only
            cmpl $5,%edi
            jg _start
            incl %eax
            .byte 0x66,0xc3
            e je_only
            f middle
            jmp island+1
            e middle
            f island
            nop
            movl $1,%eax
            jmp _start
            .byte 0x06,0xc3,0x06,0xc3
            e island
            f returns_with_prefix
            testl %edi,%edi
            je 1f
            .byte 0x2e,0xc3
            1: ret $8
            e returns_with_prefix
            f runs_on
            incl %eax
            e runs_on
            f padded
            call padded
            ud2
            nopl 0(%rax)
            int3
            int3
            e padded
            f nop5
            .byte 0x0f,0x1f,0x44,0,0
            movl $3,-8(%rsp)
            .byte 0x0f,0x1f,0x44,0,0
            lock incl (%rdi)
            ret
            e nop5
            f notrack
            pushq %rbx
            popq %rbx
            notrack jmp *%rax
            e notrack
            f farreturn
            incl %eax
            lretq
            e farreturn
            """;

    @Test
    void handWritten() throws IOException {
        Executable it = build("gcc -nostdlib -static", "b.s", ASSEMBLY);
        assertThat(it.exits(function(it, "je_other"))).isInstanceOf(Exits.Unknown.class); // jumps into an instruction
        List<Exit> only = sites(it, "je_only").sites();
        assertThat(only).extracting(Exit::kind).containsExactly(Exit.Kind.CONDITIONAL_TAIL_JUMP, Exit.Kind.RETURN);
        assertThat(only.getFirst().condition()).contains(new Condition.X86Flags(15));
        assertThat(only.getFirst().isCertain()).isFalse();
        assertThat(sites(it, "middle").sites()).isEmpty();
        assertThat(sites(it, "middle").unseen())
                .singleElement()
                .satisfies(u -> assertThat(u.why()).contains("middle of island"));
        assertThat(kinds(it, "island")).containsExactly(Exit.Kind.TAIL_JUMP);
        assertThat(sites(it, "island").unseen()).hasSize(1);
        assertThat(kinds(it, "returns_with_prefix")).containsExactly(Exit.Kind.RETURN);
        assertThat(sites(it, "returns_with_prefix").isComplete()).isFalse();
        assertThat(sites(it, "runs_on").isComplete()).isFalse();
        assertThat(sites(it, "padded")).isEqualTo(new Exits.Sites(List.of(), List.of()));
        assertThat(((Code.Instructions) it.code(function(it, "padded"))).end()).isEqualTo(7);
        assertThat(sites(it, "notrack").sites()).isEmpty();
        assertThat(sites(it, "notrack").isComplete()).isFalse();
        assertThat(it.exits(function(it, "farreturn"))).isInstanceOf(Exits.Unknown.class);
        Code.Instructions nops = (Code.Instructions) it.code(function(it, "nop5"));
        assertThat(nops.refusal(0)).isEmpty();
        assertThat(nops.refusal(1)).get().asString().contains("beginning");
        assertThat(nops.refusal(13)).get().asString().contains("red zone");
        assertThat(nops.refusal(18)).get().asString().contains("LOCK");
        assertThat(nops.frame().usesRedZone()).isTrue();
        assertThat(nops.length(18)).hasValue(3);
        assertThat(nops.offsets().toArray()).containsExactly(0, 5, 13, 18, 21);
    }

    @Test
    void conditionsHoldAsTheProcessorSays() {
        long zero = 1 << 6;
        long sign = 1 << 7;
        long overflow = 1 << 11;
        assertThat(new Condition.X86Flags(4).holds(zero)).isTrue(); // je
        assertThat(new Condition.X86Flags(5).holds(zero)).isFalse(); // jne
        assertThat(new Condition.X86Flags(15).holds(sign | overflow)).isTrue(); // jg
        assertThat(new Condition.X86Flags(15).holds(sign)).isFalse();
        assertThat(new Condition.X86Flags(12).holds(sign)).isTrue(); // jl
        assertThat(new Condition.X86Flags(6).holds(1)).isTrue(); // jbe
        assertThat(new Condition.ArmFlags(0).holds(1L << 30)).isTrue(); // eq
        assertThat(new Condition.ArmFlags(11).holds(1L << 31)).isTrue(); // lt
        assertThat(new Condition.ArmFlags(14).holds(0)).isTrue(); // al
    }

    /// All functions at once must have the same exits as each alone.
    @Test
    void allAtOnceIsAsOneByOne() throws IOException {
        Executable libc = Executable.parse(
                ByteSource.of(Files.readAllBytes(Tools.needFile("/usr/lib/x86_64-linux-gnu/libc.so.6"))));
        Predicate<String> some = name -> name.hashCode() % 8 == 0;
        List<Exits> together = new ArrayList<>();
        List<Function> functions = libc.functions().matching(some);
        libc.exits(functions, (_, exits) -> together.add(exits));
        List<Exits> alone = new ArrayList<>();
        for (Function function : functions) {
            alone.add(libc.exits(function));
        }
        assertThat(together).isEqualTo(alone);
        exitsAreInstructions(libc);
    }
}
