package dev.stet.binary;

/// The file may be sound but is not of a kind that Stet analyses: not an ELF file, a 32-bit one, another
/// machine's. The message says what was found.
public final class UnsupportedFormatException extends BinaryException {
    private static final long serialVersionUID = 1;

    /// @param found for a person: `32-bit ELF`
    public UnsupportedFormatException(String found) {
        super(found);
    }
}
