package dev.stet.probe;

/// What a capture took from one call.
public sealed interface Value {
    /// 64 bits, to be shown as the capture's format says.
    record Word(long bits) implements Value {}

    /// @param text as UTF-8, with U+FFFD for what is none
    /// @param fullBytes how long it is in the target; -1 if that is not known, which is when C text was cut
    /// @param cut only its beginning was taken
    record Text(String text, long fullBytes, boolean cut) implements Value {}

    /// It was not to be had: a null pointer, a bad one, or a page that the kernel could not wait for.
    record Unreadable() implements Value {}
}
