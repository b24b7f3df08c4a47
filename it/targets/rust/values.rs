// Values of every kind that Rust has, one call of each function.
//
//   rust_values
//
// Prints "ready pid=P", waits for SIGUSR1, makes the calls once, prints "done".
use std::hint::black_box;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static GO: AtomicBool = AtomicBool::new(false);

extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
}

extern "C" fn go(_: i32) {
    GO.store(true, Ordering::SeqCst);
}

pub struct Point {
    pub x: i32,
    pub label: String,
}

pub enum Shape {
    Dot,
    Circle(u32),
    Rect { w: u32, h: u32 },
}

#[inline(never)]
pub fn by_str(name: &str, times: i32) -> usize {
    black_box(name).len() * black_box(times) as usize
}

#[inline(never)]
pub fn by_string(owned: &String, point: &Point) -> usize {
    black_box(owned).len() + black_box(point).label.len() + point.x as usize
}

#[inline(never)]
pub fn by_option(number: Option<u32>, text: Option<&str>) -> u32 {
    black_box(number).unwrap_or(9) + black_box(text).map_or(0, |t| t.len() as u32)
}

#[inline(never)]
pub fn by_slice(items: &[u16], bytes: &[u8], list: &Vec<i64>) -> usize {
    black_box(items).len() + black_box(bytes).len() + black_box(list).len()
}

#[inline(never)]
pub fn by_shape(shape: &Shape) -> u32 {
    match black_box(shape) {
        Shape::Dot => 0,
        Shape::Circle(r) => *r,
        Shape::Rect { w, h } => w * h,
    }
}

#[inline(never)]
pub fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
    black_box(text).parse()
}

fn main() {
    unsafe { signal(10, go) };
    println!("ready pid={}", std::process::id());
    std::io::stdout().flush().unwrap();
    while !GO.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut sum = by_str("Grace Hopper", 2) + by_str("", 3);
    let point = Point { x: 17, label: "here".to_string() };
    sum += by_string(&"owned".to_string(), &point);
    sum += (by_option(Some(5), Some("abc")) + by_option(None, None)) as usize;
    sum += by_slice(black_box(&[1, 2, 300]), black_box(b"\x01\xff"), black_box(&vec![-1, -2]));
    sum += (by_shape(&Shape::Dot) + by_shape(&Shape::Circle(4)) + by_shape(&Shape::Rect { w: 2, h: 3 })) as usize;
    sum += parse("12").map_or(0, |n| n as usize) + parse("x").map_or(1, |n| n as usize);
    println!("done sum={sum}");
}
