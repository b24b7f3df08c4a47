/// Probes on functions: what to look at, where to attach, the BPF programs that look, and the calls they saw.
module dev.stet.probe {
    requires transitive dev.stet.facts;
    requires transitive dev.stet.binary;
    requires dev.stet.bpf;
    requires transitive dev.stet.kernel;

    exports dev.stet.probe;
    exports dev.stet.probe.unwind;
}
