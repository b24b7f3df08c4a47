package dev.stet.binary;

/// The processors whose code is understood (ELF e_machine).
public enum Machine {
    X86_64,
    AARCH64
}
