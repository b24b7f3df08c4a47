// Panics through frames that are probed, caught by catch_unwind.
use std::panic;

#[no_mangle]
#[inline(never)]
pub extern "C-unwind" fn work(n: i64) -> i64 {
    if std::hint::black_box(n) % 3 == 0 {
        panic!("of three");
    }
    n * 3 + 1
}

#[no_mangle]
#[inline(never)]
pub extern "C-unwind" fn work_between(n: i64) -> i64 {
    let kept = vec![n; 3];
    work(n) + std::hint::black_box(&kept)[1] - n
}

extern "C" {
    fn sigwait(set: *const u64, signal: *mut i32) -> i32;
    fn sigprocmask(how: i32, set: *const u64, old: *mut u64) -> i32;
}

fn main() {
    panic::set_hook(Box::new(|_| {}));
    // sigset_t has 1,024 bits; SIGUSR1 is 10.
    let mut set = [0u64; 16];
    set[0] = 1 << 9;
    let mut which = 0;
    unsafe { sigprocmask(0, set.as_ptr(), std::ptr::null_mut()) };
    println!("ready pid={}", std::process::id());
    unsafe { sigwait(set.as_ptr(), &mut which) };
    let (mut right, mut caught) = (0, 0);
    for n in 0..600 {
        match panic::catch_unwind(|| work_between(n)) {
            Ok(answer) if answer == n * 3 + 1 => right += 1,
            Ok(_) => {}
            Err(_) => caught += 1,
        }
    }
    println!("result right={right} caught={caught}");
}
