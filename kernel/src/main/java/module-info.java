/// The one door to the kernel: bpf(2), perf_event_open(2), mmap, and reading files by descriptor.
module dev.stet.kernel {
    exports dev.stet.kernel;
}
