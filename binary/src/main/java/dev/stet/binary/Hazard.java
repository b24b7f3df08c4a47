package dev.stet.binary;

import java.util.List;

/// A reason for care that can be read from the file. `docs/formats/hazards.md` says what is looked for.
///
/// @param evidence what was found, for a person: `imports swapcontext`; at least one, and not all there is
public record Hazard(Kind kind, List<String> evidence) {
    public Hazard {
        evidence = List.copyOf(evidence);
    }

    /// What may go wrong.
    public enum Kind {
        /// Go's run time walks and copies stacks: a changed return address ends the program.
        GO_STACKS,
        /// The program switches stacks itself: a changed return address leads into another fiber.
        FIBERS,
        /// Exceptions or panics unwind through its frames, and end at a changed return address.
        EXCEPTION_TABLES,
        /// The program walks its own stack, which seems to end at a changed return address.
        STACK_WALKER,
        /// The program compares its own code with a checksum, and stops if a breakpoint is in it.
        SELF_CHECKSUM,
        /// The program copies its code to other pages: breakpoints are lost, or copied as if they were code.
        LARGE_PAGES,
        /// The program writes into its own code.
        CODE_PATCHING,
        /// The file holds a packed program, which is not what runs.
        PACKED,
        /// Instrumented by a sanitizer, which walks stacks in its reports.
        SANITIZER,
        /// Code is made while the program runs, which no file shows.
        RUNTIME_CODE,
        /// The program traces others, or looks whether it is traced.
        TRACER,
        /// The program filters or redirects system calls, and so those that a probe may make in its name.
        SYSCALL_FILTER
    }
}
