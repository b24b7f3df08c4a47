// Functions with string slices and integers, and panics that unwind through frames worth probing.
//
//   rust_main INTERVAL_MICROS COUNT
//
// COUNT rounds. Round i: greet(NAMES[i % 3], i % 5 as i32) = name.len() * times; risky(i) returns 2 * i, or panics when i % 4
// is 3; the panic is caught in main.
// Prints "ready pid=P", at the end "done rounds=R greeted=S returned=N caught=N". SIGTERM kills it, as the standard library
// handles no signals; give a COUNT for a clean end.
use std::hint::black_box;
use std::io::Write;
use std::time::Duration;

const NAMES: [&str; 3] = ["Ada", "Grace Hopper", ""];

#[inline(never)]
pub fn greet(name: &str, times: i32) -> i64 {
    black_box(name).len() as i64 * i64::from(black_box(times))
}

#[inline(never)]
pub fn risky(i: u64) -> u64 {
    if black_box(i) % 4 == 3 {
        panic!("three of four");
    }
    2 * i
}

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [interval, count] = numbers[..] else { std::process::exit(64) };
    std::panic::set_hook(Box::new(|_| {}));
    println!("ready pid={}", std::process::id());
    std::io::stdout().flush().unwrap();
    let (mut greeted, mut returned, mut caught) = (0, 0, 0);
    let mut round = 0;
    while count == 0 || round < count {
        greeted += greet(NAMES[(round % 3) as usize], (round % 5) as i32);
        match std::panic::catch_unwind(|| risky(round)) {
            Ok(_) => returned += 1,
            Err(_) => caught += 1,
        }
        if interval > 0 {
            std::thread::sleep(Duration::from_micros(interval));
        }
        round += 1;
    }
    println!("done rounds={round} greeted={greeted} returned={returned} caught={caught}");
}
