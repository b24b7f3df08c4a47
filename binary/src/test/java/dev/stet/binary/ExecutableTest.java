package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found in programs compiled for the purpose.
class ExecutableTest {
    private static Executable executable;

    @TempDir
    static Path directory;

    @BeforeAll
    static void compile() throws IOException {
        Files.writeString(directory.resolve("a.c"), """
                #include <stdio.h>
                #include <stdlib.h>
                __attribute__((noinline, noipa)) int callee(int a) { return a * 3; }
                __attribute__((noinline, noipa)) int tail(int a) { return callee(a + 1); }
                __attribute__((noinline, noipa)) int hot(int a) {
                    if (__builtin_expect(a == 12345, 0)) { puts("cold"); callee(a); puts("colder"); return tail(7); }
                    return a ^ 5;
                }
                int split(int);
                int twin(int) __attribute__((alias("callee")));
                __asm__(".globl locked\\n.type locked,@function\\nlocked: lock incl (%rdi)\\nret\\n.size locked,.-locked\\n"
                    ".globl mangled\\n.type mangled,@function\\nmangled: jmp 1f+1\\n1: movl $0xc3c3c3c3,%eax\\nret\\n"
                    ".size mangled,.-mangled\\n"
                    ".globl split\\n.type split,@function\\nsplit: testl %edi,%edi\\njns 1f\\njmp split.cold\\n"
                    "1: movl %edi,%eax\\nret\\n.size split,.-split\\n.pushsection .text.unlikely,\\"ax\\"\\n"
                    ".type split.cold,@function\\nsplit.cold: negl %edi\\nje 2f\\njmp 1b\\n2: jmp callee\\n"
                    ".size split.cold,.-split.cold\\n.popsection\\n"
                    ".globl sizeless\\n.type sizeless,@function\\nsizeless: nop\\nret\\n"
                    ".globl behind\\n.type behind,@function\\nbehind: ret\\n.size behind,.-behind\\n");
                int main(int n, char **v) { (void) v; return hot(n) + tail(n) + split(n); }
                """);
        executable = Tools.parse(build("gcc", "a.c", "a"));
    }

    private static Path build(String compiler, String source, String output) {
        Tools.run(directory, compiler, "-O2", "-o", output, source);
        return directory.resolve(output);
    }

    private static Path rust() {
        Tools.run(directory, "rustc", "-O", "-o", "c", "c.rs");
        return directory.resolve("c");
    }

    private static Function function(String name) throws IOException {
        List<Function> found = executable.functions().named(name);
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static List<Exit.Kind> exits(String name) throws IOException {
        assertThat(executable.exits(function(name))).as(name).isInstanceOf(Exits.Sites.class);
        return ((Exits.Sites) executable.exits(function(name)))
                .sites().stream().map(Exit::kind).toList();
    }

    @Test
    void exits() throws IOException {
        assertThat(exits("callee")).containsExactly(Exit.Kind.RETURN);
        assertThat(exits("tail")).containsExactly(Exit.Kind.TAIL_JUMP);
        assertThat(exits("behind")).containsExactly(Exit.Kind.RETURN);
        assertThat(exits("hot")).contains(Exit.Kind.RETURN, Exit.Kind.TAIL_JUMP);
    }

    /// `split` jumps to `split.cold`, which jumps back or to another function: only that is a way out.
    @Test
    void jumpToTheColdPartIsNoExit() throws IOException {
        assertThat(executable.functions().named("split.cold")).hasSize(1);
        assertThat(exits("split")).containsExactlyInAnyOrder(Exit.Kind.RETURN, Exit.Kind.TAIL_JUMP);
    }

    @Test
    void jumpIntoAnInstructionIsNotTrusted() throws IOException {
        assertThat(executable.exits(function("mangled")))
                .isInstanceOfSatisfying(
                        Exits.Unknown.class,
                        unknown -> assertThat(unknown.why()).contains("middle"));
    }

    @Test
    void functionWithoutSizeEndsAtTheNext() throws IOException {
        assertThat(function("sizeless").size()).isEqualTo(2);
        assertThat(exits("sizeless")).containsExactly(Exit.Kind.RETURN);
    }

    @Test
    void functionOfAnotherBinaryIsRefused() throws IOException {
        for (Function lie : List.of(
                new Function("x", 1L << 40, 1L << 40, 8),
                new Function("x", 0, -1, 8),
                new Function("x", 0, 0, Long.MAX_VALUE),
                new Function("x", 0, 0, 0))) {
            assertThat(executable.exits(lie)).isInstanceOf(Exits.Unknown.class);
            assertThat(executable.entryRefusal(lie)).isPresent();
        }
    }

    @Test
    void entries() throws IOException {
        assertThat(executable.entryRefusal(function("locked"))).get().asString().contains("LOCK");
        assertThat(executable.entryRefusal(function("callee"))).isEmpty();
    }

    @Test
    void names() throws IOException {
        FunctionTable table = executable.functions();
        assertThat(table.named("nothing")).isEmpty();
        assertThat(function("twin").fileOffset()).isEqualTo(function("callee").fileOffset());
        assertThat(table.matching(Predicate.isEqual("main"))).containsExactly(function("main"));
        assertThat(table.matching(_ -> true))
                .isSortedAccordingTo((a, b) -> Long.compare(a.virtualAddress(), b.virtualAddress()));
        assertThat(table.closest("calee", 3)).startsWith("callee");
        assertThat(table.closest("CALL", 1)).containsExactly("callee");
        assertThat(table.closest("", 3)).isEmpty();
        assertThat(table.closest("main", 0)).isEmpty();
        Function hot = function("hot");
        assertThat(table.at(hot.fileOffset() + hot.size() - 1)).contains(hot);
        assertThat(table.at(-1)).isEmpty();
        assertThat(table.at(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void languages() throws IOException {
        assertThat(executable.language()).isEqualTo(Language.C);
        assertThat(executable.goVersion()).isEmpty();
        Files.writeString(
                directory.resolve("b.cc"), "#include <iostream>\nint main() { std::cout << std::string(9, 'x'); }\n");
        assertThat(Tools.parse(build("g++", "b.cc", "b")).language()).isEqualTo(Language.CXX);
        Tools.need("rustc");
        Files.writeString(directory.resolve("c.rs"), "fn main() { println!(\"{}\", std::env::args().count()); }\n");
        assertThat(Tools.parse(rust()).language()).isEqualTo(Language.RUST);
    }
}
