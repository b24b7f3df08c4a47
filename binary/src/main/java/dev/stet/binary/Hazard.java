package dev.stet.binary;

/// A reason for care that can be read from the file.
///
/// @param evidence what was found, for a person: `symbol swapcontext`
public record Hazard(Kind kind, String evidence) {
    /// What may go wrong (`docs/policy.md` says what is done about it).
    public enum Kind {
        /// Go's run time walks and copies stacks: a changed return address ends the program.
        GO_STACKS,
        /// The program switches stacks itself.
        FIBERS,
        /// Exceptions or panics unwind through its frames.
        EXCEPTION_TABLES,
        /// The program compares its own code with a checksum.
        SELF_CHECKSUM,
        /// The program copies its code to other pages.
        LARGE_PAGES,
        /// The file holds a packed program, which is not what runs.
        PACKED,
        /// Instrumented by a sanitizer, which walks stacks in its reports.
        SANITIZER,
        /// Code is made while the program runs, or the program is an interpreter.
        RUNTIME_CODE
    }
}
