package dev.stet.binary;

/// A type that is read when it is asked for: types refer to each other in circles, and a program has a
/// hundred thousand of them. Two references are equal if they are to the same description.
public interface TypeRef {
    /// Reads the type.
    ///
    /// @throws BinaryException if what describes it is broken
    Type type() throws BinaryException;
}
