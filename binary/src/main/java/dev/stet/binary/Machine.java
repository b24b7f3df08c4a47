package dev.stet.binary;

/// The processors whose programs are analysed.
enum Machine {
    X86_64,
    AARCH64
}
