package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions in functions of a program of Rust.
class RustResolverTest {
    @TempDir
    static Path directory;

    private static final String SOURCE = """
            pub enum State { Idle, Ready { code: u32, name: String }, Done(u64) }
            pub struct Wrap(pub u32, pub u64);
            pub struct Conn { pub id: u32, pub host: String, pub tags: Vec<u32>, pub peer: Option<Box<Conn>>, pub state: State, pub pair: (u8, i64), pub w: Wrap }
            #[inline(never)] #[no_mangle] pub fn serve(conn: &Conn, text: &str, list: &[u32], n: u8) -> u64 { std::hint::black_box(conn.id as u64 + text.len() as u64 + list.len() as u64 + n as u64) }
            #[inline(never)] #[no_mangle] pub fn make(n: u32) -> Option<u32> { std::hint::black_box(if n > 1 { Some(n) } else { None }) }
            fn main() { let c = Conn { id: 1, host: "h".to_string(), tags: vec![1], peer: None, state: State::Ready { code: 1, name: "x".to_string() }, pair: (1, 2), w: Wrap(1, 2) };
             println!("{}", serve(&c, "abc", &[1, 2], 3)); println!("{:?}", make(std::env::args().count() as u32));
             if let State::Ready { code, name } = &c.state { println!("{} {}", code, name); } let s = State::Done(3); if let State::Done(x) = s { println!("{} {}", x, matches!(c.state, State::Idle)); } println!("{}{}{}", c.host, c.w.0, c.pair.1 + c.w.1 as i64 + c.tags.len() as i64 + c.peer.is_some() as i64); }
            """;

    private static Compiled program;

    @BeforeAll
    static void compile() throws Exception {
        program = Compiled.of(directory, "program.rs", SOURCE, "rustc -g -o PROGRAM SOURCE");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            entry serve => conn.id => *(u32 *)(rdi + 120): UNSIGNED
            entry serve => conn.host => *(u64 *)(rdi + 16) bytes, up to 128, at *(u64 *)(rdi + 8): Text
            entry serve => conn.host == 'h' => (*(u64 *)(rdi + 16) == 1) && (*(u8 *)*(u64 *)(rdi + 8) == 104): TRUTH
            entry serve => conn.state != 'Done' => (*(u64 *)(rdi + 48) == 0x8000000000000002) == 0: TRUTH
            entry serve => conn.pair.1 => *(u64 *)(rdi + 96): SIGNED
            entry serve => conn.w.0 => *(u32 *)(rdi + 112): UNSIGNED
            entry serve => conn.w.2 => refused: no field '2' in Wrap (there are: 0, 1)
            entry serve => text => rdx bytes, up to 128, at rsi: Text
            entry serve => text == 'abc' => (rdx == 3) && ((*(u16 *)rsi == 0x6261) && (*(u8 *)(rsi + 2) == 99)): TRUTH
            entry serve => len(text) => rdx: SIGNED
            entry serve => as(word2, '&str') == 'a' => (rdx == 1) && (*(u8 *)rsi == 97): TRUTH
            entry serve => as(word1, '&Conn').id => *(u32 *)(rdi + 120): UNSIGNED
            entry serve => n => r9: UNSIGNED
            exit serve => ret, text => rax: UNSIGNED; saved1 bytes, up to 128, at saved0: Text with rsi, rdx
            exit make => ret => missing: Rust does not specify where it is passed
            exit make => ret == None => missing: Rust does not specify where it is passed
            exit make => ret.Some.0 => missing: Rust does not specify where it is passed
            """)
    void meanings(String when, String expression, String expected) throws Exception {
        assertThat(program.meaning(when, expression)).isEqualTo(expected);
    }
}
