package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.probe.Probe;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values of a running Rust program: from its debug information over takes and bytes to what is shown.
class RustValuesTest {
    @TempDir
    Path directory;

    private static final String SOURCE = """
            use std::collections::*;
            #[derive(Debug)] pub enum Shape { Dot, Circle(u32), Rect { w: u8, h: u16 }, Named(String, i32) }
            #[derive(Debug, Clone, Copy)] pub enum Level { Low = 1, High = 5 }
            #[derive(Debug)] pub struct Inner { a: i16, s: String }
            pub struct All {
                name: String, empty: String, text: &'static str, numbers: Vec<u32>, names: Vec<String>, texts: Vec<&'static str>,
                bytes: Vec<u8>, slice: &'static [u16], raw: &'static [u8], some: Option<u32>, none: Option<u32>,
                text_some: Option<&'static str>, text_none: Option<&'static str>, owned_some: Option<String>, owned_none: Option<String>,
                boxed: Box<u32>, boxed_some: Option<Box<u32>>, boxed_none: Option<Box<u32>>, boxed_text: Box<str>,
                ok: Result<u8, String>, err: Result<u8, String>, dot: Shape, circle: Shape, rect: Shape, named: Shape, level: Level,
                pair: (u8, i64), unit: (), on: bool, letter: char, f: f32, d: f64, array: [u16; 3], wait: std::time::Duration,
                inner: Inner, inner_ref: &'static Inner, string_ref: &'static String, path: std::path::PathBuf, c: std::ffi::CString,
                rc: std::rc::Rc<u8>, map: HashMap<u8, u8>, tree: BTreeMap<u8, u8>, big: u128, flag: Option<bool>, ch: Option<char>,
                inners: Vec<Inner>, chars: Vec<char>, flags: Vec<bool>, nested: Vec<Vec<u16>>, options: Vec<Option<u8>>, deep: Option<Option<Shape>>, size: usize, ptr: *const u8, order: std::cmp::Ordering,
            }
            #[inline(never)] fn show(a: &All) { println!("g {:p}\\nready", a); let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap(); }
            fn main() {
                let inner: &'static Inner = Box::leak(Box::new(Inner { a: -3, s: "behind".to_string() }));
                let a = All {
                    name: "name".to_string(), empty: String::new(), text: "t\\u{fc}r", numbers: vec![1, 2, 3], names: vec!["a".into(), "bc".into()],
                    texts: vec!["x", "yz"], bytes: vec![104, 105], slice: &[7, 8], raw: b"raw", some: Some(5), none: None,
                    text_some: Some("here"), text_none: None, owned_some: Some("own".into()), owned_none: None,
                    boxed: Box::new(1), boxed_some: Some(Box::new(1)), boxed_none: None, boxed_text: "boxed".into(),
                    ok: Ok(7), err: Err("bad".into()), dot: Shape::Dot, circle: Shape::Circle(9), rect: Shape::Rect { w: 1, h: 2 },
                    named: Shape::Named("n".into(), -1), level: Level::High,
                    pair: (1, -2), unit: (), on: true, letter: '\\u{1f600}', f: 1.5, d: -2.5, array: [1, 2, 3], wait: std::time::Duration::from_millis(1500),
                    inner: Inner { a: 4, s: "in".into() }, inner_ref: inner, string_ref: &inner.s, path: "/tmp/x".into(), c: std::ffi::CString::new("cstr").unwrap(),
                    rc: std::rc::Rc::new(1), map: HashMap::from([(1, 2), (3, 4)]), tree: BTreeMap::from([(1, 2)]), big: 5, flag: Some(true), ch: None,
                    inners: vec![Inner { a: 1, s: "one".into() }, Inner { a: 2, s: "two".into() }], chars: vec!['a', '\\u{e9}'], flags: vec![true, false],
                    nested: vec![vec![1, 2], vec![]], options: vec![Some(1), None], deep: Some(Some(Shape::Circle(3))), size: 12,
                    ptr: std::ptr::null(), order: std::cmp::Ordering::Less,
                };
                show(&a);
                println!("{:?} {:?} {:?} {:?}", a.dot, a.inner, a.level, a.inner_ref);
            }
            """;

    @Test
    void valuesAreWhatTheProgramMade() throws Exception {
        Path program =
                Target.build(directory, "a.rs", SOURCE, "rustc", "-g", "-A", "warnings", "-o", "PROGRAM", "SOURCE");
        try (Target target = Target.start(program)) {
            Map<String, String> fields = target.fields("All", "g", Probe.Limits.DEFAULT);
            assertThat(fields)
                    .containsAllEntriesOf(Map.ofEntries(
                            Map.entry("name", "\"name\""),
                            Map.entry("empty", "\"\""),
                            Map.entry("text", "\"tür\""),
                            Map.entry("numbers", "[1, 2, 3]"),
                            Map.entry("names", "[\"a\", \"bc\"]"),
                            Map.entry("texts", "[\"x\", \"yz\"]"),
                            Map.entry("bytes", "b\"hi\""),
                            Map.entry("slice", "[7, 8]"),
                            Map.entry("raw", "b\"raw\""),
                            Map.entry("some", "Some(5)"),
                            Map.entry("none", "None"),
                            Map.entry("text_some", "Some(\"here\")"),
                            Map.entry("text_none", "None"),
                            Map.entry("owned_some", "Some(\"own\")"),
                            Map.entry("owned_none", "None")))
                    .containsAllEntriesOf(Map.ofEntries(
                            Map.entry("boxed", "@"),
                            Map.entry("boxed_some", "Some(@)"),
                            Map.entry("boxed_none", "None"),
                            Map.entry("boxed_text", "\"boxed\""),
                            Map.entry("ok", "Ok(7)"),
                            Map.entry("err", "Err(\"bad\")"),
                            Map.entry("dot", "Dot"),
                            Map.entry("circle", "Circle(9)"),
                            Map.entry("rect", "Rect({w=1, h=2})"),
                            Map.entry("named", "Named({0=\"n\", 1=-1})"),
                            Map.entry("level", "High"),
                            Map.entry("pair", "(u8, i64){0=1, 1=-2}"),
                            Map.entry("unit", "(){}"),
                            Map.entry("on", "true"),
                            Map.entry("letter", "'😀'"),
                            Map.entry("f", "1.5f"),
                            Map.entry("d", "-2.5"),
                            Map.entry("array", "[1, 2, 3]"),
                            Map.entry("wait", "1500000000ns")))
                    .containsAllEntriesOf(Map.ofEntries(
                            Map.entry("inner", "Inner{a=4, s=\"in\"}"),
                            Map.entry("inner_ref", "Inner{a=-3, s=\"behind\"}"),
                            Map.entry("string_ref", "\"behind\""),
                            Map.entry("path", "\"/tmp/x\""),
                            Map.entry("c", "\"cstr\""),
                            Map.entry("rc", "@"),
                            Map.entry("map", "[]~2"),
                            Map.entry("tree", "[]~1"),
                            Map.entry("flag", "Some(true)"),
                            Map.entry("ch", "None"),
                            Map.entry("inners", "[Inner{a=1, s=\"one\"}, Inner{a=2, s=\"two\"}]"),
                            Map.entry("chars", "['a', 'é']"),
                            Map.entry("flags", "[true, false]"),
                            Map.entry("nested", "[[1, 2], []]"),
                            Map.entry("options", "[Some(1), None]"),
                            Map.entry("deep", "Some(Some(Circle(3)))"),
                            Map.entry("size", "12"),
                            Map.entry("ptr", "nil"),
                            Map.entry("order", "Less")));
            assertThat(fields.get("big")).startsWith("b\"\5\0\0");
            assertThat(target.length("All", "g", "numbers")).isEqualTo(3);
            assertThat(target.length("All", "g", "text")).isEqualTo(4);
            assertThat(target.length("All", "g", "slice")).isEqualTo(2);
            assertThat(target.length("All", "g", "inners")).isEqualTo(2);
            assertThat(target.length("All", "g", "name")).isEqualTo(4);
            assertThat(target.length("All", "g", "boxed_text")).isEqualTo(5);
            assertThat(target.length("All", "g", "string_ref")).isEqualTo(6);
            assertThat(target.length("All", "g", "map")).isEqualTo(2);
        }
    }
}
