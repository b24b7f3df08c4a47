package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions in functions of a program of C, with debug information and without.
class CResolverTest {
    @TempDir
    static Path directory;

    private static final String SOURCE = """
            #include <stdint.h>
            #include <stdbool.h>
            enum state { IDLE, READY, BUSY = 7, LOST = -1 };
            enum mode { READ = 1, WRITE = 2 };
            typedef struct { int x; long y; } point;
            struct inner { short depth; const char *label; };
            struct conn {
                int fd; const char *name; struct inner *in; struct inner own; enum state state; unsigned a : 3; int b : 5;
                union { int i; float f; }; int numbers[4]; point points[2]; char tag[8]; double d; void *any; uint8_t raw;
                struct conn *next; unsigned long long big; enum mode mode; bool on; struct hidden *hidden;
                __int128 wide; long double ld; int matrix[2][3];
            };
            struct big { long v[8]; };
            #define KEEP __attribute__((noinline, used))
            KEEP int handle(struct conn *c, const char *path, unsigned len, long off, uint8_t kind, char sign, int seven,
                    long eight) { __asm__(""); return c->fd + len + off + kind + sign + seven + eight + path[0]; }
            KEEP point move(point p, double by, float less) { __asm__(""); p.x += by + less; return p; }
            KEEP struct big large(struct big b, struct big *other, int pid) {
                __asm__(""); b.v[0] += other->v[1] + pid; return b; }
            KEEP double half(double d) { __asm__(""); return d / 2; }
            KEEP void nothing(void) { __asm__(""); }
            KEEP int many(const char *format, ...) { __asm__(""); return format[0]; }
            KEEP enum state next(enum state s, enum mode m) { __asm__(""); return s + m; }
            int main(int argc, char **argv) {
                struct conn c = {0}; struct big b = {0}; point p = {0};
                handle(&c, argv[0], 1, 2, 3, 4, 5, 6); move(p, 1, 2); large(b, &b, 3); half(1); nothing(); many("");
                next(READY, READ);
                return 0;
            }
            """;

    private static Compiled program;
    private static Compiled bare;

    @BeforeAll
    static void compile() throws Exception {
        program = Compiled.of(directory, "program.c", SOURCE, "gcc -g -O0 -o PROGRAM SOURCE");
        bare = Compiled.of(directory, "bare.c", SOURCE, "gcc -O1 -o PROGRAM SOURCE");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry handle => c->fd => *(u32 *)rdi: SIGNED
            entry handle => c.name => *(u64 *)(rdi + 8), text, up to 128 bytes, at *(u64 *)(rdi + 8): nil or Text
            entry handle => c.in.depth => *(u16 *)*(u64 *)(rdi + 16): SIGNED
            entry handle => c.state => *(u32 *)(rdi + 40): Enumeration
            entry handle => c.a => *(u8 *)(rdi + 44) & 7: UNSIGNED
            entry handle => c.b => (*(u8 *)(rdi + 44) << 56) s>> 59: SIGNED
            entry handle => c.i => *(u32 *)(rdi + 48): SIGNED
            entry handle => c.f => *(u32 *)(rdi + 48): REAL
            entry handle => c.numbers[2] => *(u32 *)(rdi + 60): SIGNED
            entry handle => c.numbers[4] => refused: there is no element 4 in an array of 4
            entry handle => c.points[1].y => *(u64 *)(rdi + 96): SIGNED
            entry handle => c.matrix[1][2] => *(u32 *)(rdi + 228): SIGNED
            entry handle => c.tag => 8 bytes at rdi + 104: TextIn
            entry handle => c.d => *(u64 *)(rdi + 112): REAL
            entry handle => c.next.next.fd => *(u32 *)*(u64 *)(*(u64 *)(rdi + 136) + 136): SIGNED
            entry handle => c.big >> 3 => *(u64 *)(rdi + 144) >> 3: UNSIGNED
            entry handle => c.on => *(u8 *)(rdi + 156): TRUTH
            entry handle => *c.any => refused: what a void * points to has no type: u64(x), or at(x, 'type')
            entry handle => c.any => *(u64 *)(rdi + 120): ADDRESS
            entry handle => c.wide + 1 => refused: nothing is computed of a number of 16 bytes
            entry handle => c.ld > 1 => refused: floating-point numbers of 16 bytes are not compared
            entry handle => path => rsi, text, up to 128 bytes, at rsi: nil or Text
            entry handle => path[0] => *(u8 *)rsi: CHARACTER
            entry handle => path == '' => rsi && (*(u8 *)rsi == 0): TRUTH
            entry handle => string(path, max=20) => rsi, text, up to 20 bytes, at rsi: nil or Text
            entry handle => kind => r8: UNSIGNED
            entry handle => sign => r9: CHARACTER
            entry handle => sign == 'x' => ((r9 << 56) s>> 56) == 120: TRUTH
            entry handle => seven => *(u32 *)(rsp + 8): SIGNED
            entry handle => eight + 1 => *(u64 *)(rsp + 16) + 1: SIGNED
            entry handle => hex(sign) => r9 & 255: HEX
            entry handle => hex(off) => rcx: HEX
            entry handle => off - len => rcx - (rdx & 0xffffffff): SIGNED
            entry handle => len / 3 => (rdx & 0xffffffff) s/ 3: SIGNED
            entry handle => off / 3 => rcx s/ 3: SIGNED
            entry handle => off / len => rcx s/ (rdx & 0xffffffff): SIGNED
            entry handle => word2 > kind => (r8 & 255) < rsi: TRUTH
            entry handle => -off => 0 - rcx: SIGNED
            entry handle => !len => (rdx & 0xffffffff) == 0: TRUTH
            entry handle => ~len => (rdx & 0xffffffff) ^ -1: SIGNED
            entry handle => &c.own => rdi + 24: ADDRESS
            entry handle => (&c.own).depth => *(u16 *)(rdi + 24): SIGNED
            entry handle => c => rdi: ADDRESS
            entry handle => arg9 => refused: handle has 8 parameters
            entry handle => arg0 => refused: 'arg0': positions are numbered from 1 to 64
            entry handle => ret => refused: 'ret' is known at the end of a call only
            entry handle => latency => refused: 'latency' is known at the end of a call only
            entry handle => len.x => refused: no field 'x' in unsigned int (it has none)
            entry handle => c.name.x => refused: no field 'x' in const char (it has none)
            entry handle => as(word1, 'struct conn *').fd => *(u32 *)rdi: SIGNED
            entry handle => as(word1, 'struct connn *').fd => refused: no type 'connn' is described in this program
            entry handle => at(word1, 'point').y => *(u64 *)(rdi + 8): SIGNED
            entry handle => at(c, 'const struct conn').fd => *(u32 *)rdi: SIGNED
            entry handle => as(len, 'enum state') => rdx & 0xffffffff: Enumeration
            entry handle => as(word1, 'unsigned char') => rdi: UNSIGNED
            entry handle => u32(c + 8) => *(u32 *)(rdi + 8): UNSIGNED
            entry handle => f64(c) => *(u64 *)rdi: REAL
            entry handle => bytes(path, len=len) => rsi, rdx & 0xffffffff bytes, up to 128, at rsi: nil or Bytes
            entry handle => http(path, len=len, max=64) => rdx & 0xffffffff bytes, up to 64, at rsi: HttpLine
            entry handle => text(c.tag, len=3) => rdi + 104, 3 bytes at rdi + 104: nil or Text
            entry handle => c.state == READY => *(i32 *)(rdi + 40) == 1: TRUTH
            entry handle => c.state == 'BUSY' => *(i32 *)(rdi + 40) == 7: TRUTH
            entry handle => c.state != LOST => *(i32 *)(rdi + 40) != -1: TRUTH
            entry handle => c.mode & WRITE => *(u32 *)(rdi + 152) & 2: SIGNED
            entry handle => (c.mode & WRITE) == WRITE => (*(u32 *)(rdi + 152) & 2) == 2: TRUTH
            entry handle => READ | WRITE => refused: no parameter 'READ' (there are: c, path, len, off, kind, sign, seven, eight)
            entry handle => min(len, 3) => ((rdx & 0xffffffff) s< 3) ? (rdx & 0xffffffff) : 3: SIGNED
            entry handle => pid => pid: SIGNED
            entry handle => true => 1: TRUTH
            entry handle => nil => 0: ADDRESS
            entry handle => 'x' => 'x'
            entry handle => 5 + 6 => 11: SIGNED
            entry handle => 1 / 0 => 1 s/ 0: SIGNED
            entry handle => duration(off) => rcx: DURATION
            entry handle => bool(len) => (rdx & 0xffffffff) & 255: TRUTH
            entry handle => len(c.numbers) => 4: SIGNED
            entry handle => len(path) => refused: this has no length that could be read
            entry handle => typeof(c) => refused: this is no interface: its type is the same always
            entry handle => c == nil => rdi == 0: TRUTH
            entry handle => c.name == c.name => *(u64 *)(rdi + 8) == *(u64 *)(rdi + 8): TRUTH
            entry handle => path < 'a' => refused: texts are compared with == and != only
            entry handle => word1[3] => *(u64 *)(rdi + 24): WORD
            entry move => p => rdi, rsi: Fields
            entry move => p.x => rdi: SIGNED
            entry move => p.y => rsi: SIGNED
            entry move => by => missing: in xmm0, which probes cannot see
            entry move => by > 1 => missing: in xmm0, which probes cannot see
            entry large => b.v[7] => *(u64 *)(rsp + 64): SIGNED
            entry large => pid => rdx: SIGNED
            entry many => arg2 => refused: many has one parameter with names: the others are words, such as word2
            entry many => word2 => rsi: WORD
            entry nothing => arg1 => refused: nothing has no parameters
            entry nothing => x => refused: no parameter 'x' (nothing has none)
            entry next => s == READY && m == READ => (((rdi << 32) s>> 32) == 1) && ((rsi & 0xffffffff) == 1): TRUTH
            exit handle => ret => rax: SIGNED
            exit handle => ret + len => ((rax << 32) s>> 32) + (saved0 & 0xffffffff): SIGNED with rdx
            exit handle => c.fd => *(u32 *)saved0: SIGNED with rdi
            exit handle => eight => saved0: SIGNED with *(u64 *)(rsp + 16)
            exit handle => latency / 2 => latency s/ 2: SIGNED
            exit move => ret => rax, rdx: Fields
            exit move => ret.x => rax: SIGNED
            exit move => p.x, p.y => saved0: SIGNED; saved1: SIGNED with rdi, rsi
            exit move => by => missing: in xmm0, which probes cannot see
            exit half => ret => missing: in xmm0, which probes cannot see
            exit half => ret > 1 => missing: in xmm0, which probes cannot see
            exit large => ret.v[0] => *(u64 *)rax: SIGNED
            exit large => b.v[1] => *(u64 *)(rsp + 16): SIGNED
            exit large => ret2 => refused: large gives one result
            exit nothing => ret => refused: nothing gives nothing
            exit next => ret == READY => ((rax << 32) s>> 32) == 1: TRUTH
            where handle => len > 3 && latency > 10ms => 3 s< (rdx & 0xffffffff) then 0x989680 s< latency
            where move => by => refused: a double can be shown and compared; nothing is computed of it
            where move => by > 1 => refused: this cannot be compared: it is in xmm0, which probes cannot see
            entry handle => c.tag == '12345678' => *(u64 *)(rdi + 104) == 0x3837363534333231: TRUTH
            entry handle => c.tag == '123456789' => 0: TRUTH
            """)
    void withDebugInformation(String when, String expression, String expected) throws Exception {
        assertThat(program.meaning(when, expression)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry handle => arg1 => rdi: WORD
            entry handle => arg7 => *(u64 *)(rsp + 8): WORD
            entry handle => string(arg2) => rsi, text, up to 128 bytes, at rsi: nil or Text
            entry handle => string(arg2 + 8) => rsi + 8, text, up to 128 bytes, at rsi + 8: nil or Text
            entry handle => int(arg3) > 5 => 5 s< ((rdx << 32) s>> 32): TRUTH
            entry handle => char(arg6) => r9 & 255: CHARACTER
            exit handle => ret => rax: WORD
            exit handle => int(ret), retword2 => (rax << 32) s>> 32: SIGNED; rdx: WORD
            exit handle => arg8 => saved0: WORD with *(u64 *)(rsp + 16)
            """)
    void withoutDebugInformation(String when, String expression, String expected) throws Exception {
        assertThat(bare.meaning(when, expression)).isEqualTo(expected);
    }
}
