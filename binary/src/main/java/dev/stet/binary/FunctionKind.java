package dev.stet.binary;

/// What a name in a table of functions stands for.
public enum FunctionKind {
    /// A function: its first instruction runs once a call.
    FUNCTION,

    /// The function that picks one of several when the program starts (STT_GNU_IFUNC). Calls of the name
    /// never run it.
    RESOLVER,

    /// A place in code that is not said to be a function (STT_NOTYPE), as assembly has: `_start`.
    LABEL
}
