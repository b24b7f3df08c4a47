package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions, resolvers, labels, and what is left of a library without section headers.
class FunctionKindsTest {
    private static byte[] library;
    private static FunctionTable table;

    @BeforeAll
    static void compile(@TempDir Path directory) throws IOException {
        Tools.need("gcc");
        Files.writeString(directory.resolve("a.c"), """
                int old(int a) { return a + 1; }
                int current(int a) { return a + 2; }
                __asm__(".symver old,f@V1\\n.symver current,f@@V2");
                int __pick_generic(int a) { return a; }
                int __pick_avx2(int a) { return a + 3; }
                int __pick_other(int a) { return a + 4; }
                static void *choose(void) { return __pick_generic; }
                int pick(int) __attribute__((ifunc("choose")));
                int _Z3addii(int a, int b) { return a + b; }
                __asm__(".text\\n.globl bare\\nbare: nop\\nret\\n");
                """);
        Files.writeString(directory.resolve("v"), "V1 { global: f; }; V2 { global: f; pick; bare; *_*; } V1;");
        Tools.run(directory, "gcc", "-O1", "-shared", "-fPIC", "-Wl,--version-script=v", "-o", "a.so", "a.c");
        library = Files.readAllBytes(directory.resolve("a.so"));
        table = Executable.parse(ByteSource.of(library)).functions();
    }

    @Test
    void versions() throws IOException {
        assertThat(table.symbolsNamed("f").stream().map(FunctionSymbol::versionedName))
                .containsExactly("f@@V2", "f@V1");
        assertThat(table.named("f@V1")).containsExactly(table.named("f").getLast());
        assertThat(table.named("f@@V2")).containsExactly(table.named("f").getFirst());
        assertThat(table.named("f@V2")).hasSize(1);
        assertThat(table.named("f@@V1")).isEmpty();
        assertThat(table.named("f@V3")).isEmpty();
    }

    @Test
    void resolverIsNotTheFunction() throws IOException {
        assertThat(table.named("pick")).isEmpty();
        RunTimeChoice choice = table.chosenAtRunTime("pick").orElseThrow();
        assertThat(choice.resolvers()).hasSize(1);
        assertThat(choice.candidates().stream().map(Function::name))
                .containsExactlyInAnyOrder("__pick_generic", "__pick_avx2");
        assertThat(table.chosenAtRunTime("bare")).isEmpty();
    }

    @Test
    void labelOfAssembly() throws IOException {
        FunctionSymbol bare = table.symbolsNamed("bare").getFirst();
        assertThat(bare.kind()).isEqualTo(FunctionKind.LABEL);
        assertThat(bare.isSizeKnown()).isFalse();
        assertThat(table.named("bare")).hasSize(1);
    }

    @Test
    void withoutSectionHeaders() throws IOException {
        byte[] bytes = library.clone();
        Arrays.fill(bytes, 40, 48, (byte) 0);
        Arrays.fill(bytes, 60, 64, (byte) 0);
        FunctionTable dynamic = Executable.parse(ByteSource.of(bytes)).functions();
        assertThat(dynamic.named("f@V1")).isEqualTo(table.named("f@V1"));
        assertThat(dynamic.named("f@@V2")).isEqualTo(table.named("f@@V2"));
        assertThat(table.named("choose")).hasSize(1);
        assertThat(dynamic.named("choose")).isEmpty();
        assertThat(dynamic.chosenAtRunTime("pick")).isPresent();
        new Hostile(bytes).lies(300, 0x200, 0x600);
    }

    @Test
    void demangledNames() {
        String ours = "void ns::f<int>(std::map<a::b, c>, int)";
        assertThat(DemangledName.withoutParameters(ours)).isEqualTo("ns::f<int>");
        assertThat(DemangledName.rank(ours, "ns::f")).isEqualTo(2);
        assertThat(DemangledName.rank(ours, "ns::g")).isEqualTo(DemangledName.NO_MATCH);
        assertThat(DemangledName.rank("core::pad::h0123456789abcdef", "core::pad"))
                .isZero();
        assertThat(DemangledName.withoutParameters("C::operator()(int) const")).isEqualTo("C::operator()");
        assertThat(DemangledName.withoutParameters("(anonymous namespace)::f(int)"))
                .isEqualTo("(anonymous namespace)::f");
        assertThat(List.of("ns::f(int)", "ns::C<a::b>::g", "ns::C::operator+(int)", "f").stream()
                        .map(DemangledName::identifier))
                .containsExactly("f", "g", "C", "f");
    }

    @Test
    void foundByDemangledName() throws IOException {
        Demangling fake = name -> name.equals("_Z3addii") ? Optional.of("add(int, int)") : Optional.empty();
        for (String name : List.of("add(int, int)", "add")) {
            assertThat(new DemangledLookup(fake, name).find(table).stream().map(Function::name))
                    .containsExactly("_Z3addii");
        }
        assertThat(new DemangledLookup(fake, "sub").find(table)).isEmpty();
    }
}
