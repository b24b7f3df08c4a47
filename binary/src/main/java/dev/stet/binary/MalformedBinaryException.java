package dev.stet.binary;

/// Bytes break the rules of their own format, or exceed a limit of Stet's that no honest file reaches.
public final class MalformedBinaryException extends BinaryException {
    private static final long serialVersionUID = 1;

    private final long fileOffset;

    /// @param rule which rule is broken, for a person
    /// @param fileOffset where, in bytes
    public MalformedBinaryException(String rule, long fileOffset) {
        super(rule + " (at file offset " + fileOffset + ")");
        this.fileOffset = fileOffset;
    }

    /// Where the rule is broken, in bytes from the start of the file.
    public long fileOffset() {
        return fileOffset;
    }
}
