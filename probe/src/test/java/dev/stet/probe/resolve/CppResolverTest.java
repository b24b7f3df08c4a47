package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions in functions of a program of C++.
class CppResolverTest {
    @TempDir
    static Path directory;

    private static final String SOURCE = """
            #include <cstdio>
            #include <memory>
            #include <string>
            #include <string_view>
            #include <vector>
            namespace shop {
            enum class Kind : unsigned char { Small = 1, Large = 2 };
            struct Base { int id = 7; virtual ~Base() = default; };
            struct Extra { long more = 1; };
            struct Order : Base, Extra { std::string name = "n"; std::vector<int> numbers{1}; Kind kind = Kind::Small;
              std::unique_ptr<Extra> extra; std::string_view view; Order *next = nullptr;
              __attribute__((noinline)) int total(int factor) { asm(""); return id * factor + numbers.size(); } };
            }
            __attribute__((noinline)) int take(shop::Order &order, const std::string &text, std::string by, std::string_view view, shop::Kind kind, std::vector<shop::Order> &all) {
              asm(""); return order.id + text.size() + by.size() + view.size() + (int) kind + all.size(); }
            __attribute__((noinline)) std::string give(int n) { asm(""); return std::string(n, 'x'); }
            int main(int c, char **v) { shop::Order o; std::vector<shop::Order> all; take(o, v[0], "x", "y", shop::Kind::Large, all); give(c); return o.total(c); }
            """;

    private static Compiled program;

    @BeforeAll
    static void compile() throws Exception {
        program = Compiled.of(directory, "program.cc", SOURCE, "g++ -g -O1 -std=c++17 -o PROGRAM SOURCE");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry take => order.id => *(u32 *)(rdi + 8): SIGNED
            entry take => order.more => *(u64 *)(rdi + 16): SIGNED
            entry take => order.name => *(u64 *)(rdi + 32) bytes, up to 128, at *(u64 *)(rdi + 24): Text
            entry take => len(order.numbers) => (*(u64 *)(rdi + 64) - *(u64 *)(rdi + 56)) / 4: SIGNED
            entry take => order.kind == Large => *(u8 *)(rdi + 80) == 2: TRUTH
            entry take => order.kind == shop::Kind::Large => *(u8 *)(rdi + 80) == 2: TRUTH
            entry take => kind => r9: Enumeration
            entry take => order.extra.more => *(u64 *)*(u64 *)(rdi + 88): SIGNED
            entry take => text => *(u64 *)(rsi + 8) bytes, up to 128, at *(u64 *)rsi: Text
            entry take => by => *(u64 *)(rdx + 8) bytes, up to 128, at *(u64 *)rdx: Text
            entry take => by == 'x' => (*(u64 *)(rdx + 8) == 1) && (*(u8 *)*(u64 *)rdx == 120): TRUTH
            entry take => view => rcx bytes, up to 128, at r8: Text
            entry take => view == 'y' => (rcx == 1) && (*(u8 *)r8 == 121): TRUTH
            entry take => len(view) => rcx: SIGNED
            entry take => string(text, max=5) => *(u64 *)(rsi + 8) bytes, up to 5, at *(u64 *)rsi: Text
            entry take => bytes(text, len=3) => *(u64 *)rsi, 3 bytes at *(u64 *)rsi: nil or Bytes
            entry shop::Order::total => this.id => *(u32 *)(rdi + 8): SIGNED
            entry shop::Order::total => arg1, arg2, factor => rdi: ADDRESS; rsi: SIGNED; rsi: SIGNED
            exit _Z4giveB5cxx11i => ret => *(u64 *)(rax + 8) bytes, up to 128, at *(u64 *)rax: Text
            exit _Z4giveB5cxx11i => len(ret), n => *(u64 *)(rax + 8): SIGNED; saved0: SIGNED with rsi
            """)
    void meanings(String when, String expression, String expected) throws Exception {
        assertThat(program.meaning(when, expression)).isEqualTo(expected);
    }
}
