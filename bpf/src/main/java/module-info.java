/// BPF programs as data: instructions, an assembler with labels, and a disassembler. Knows no kernel.
module dev.stet.bpf {
    exports dev.stet.bpf;
}
