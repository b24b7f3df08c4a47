package dev.stet.bpf;

/// The kernel functions that Stet's programs call, by number (kernel `include/uapi/linux/bpf.h`,
/// `___BPF_FUNC_MAPPER`).
public enum Helper {
    MAP_LOOKUP_ELEM(1),
    MAP_UPDATE_ELEM(2),
    MAP_DELETE_ELEM(3),
    KTIME_GET_NS(5),
    GET_PRANDOM_U32(7),
    GET_CURRENT_PID_TGID(14),
    GET_CURRENT_TASK(35),
    GET_STACK(67),
    PROBE_READ_USER(112),
    PROBE_READ_KERNEL(113),
    PROBE_READ_USER_STR(114),
    RINGBUF_OUTPUT(130),
    RINGBUF_RESERVE(131),
    RINGBUF_SUBMIT(132),
    COPY_FROM_USER(148),
    GET_ATTACH_COOKIE(174);

    final int number;

    Helper(int number) {
        this.number = number;
    }
}
