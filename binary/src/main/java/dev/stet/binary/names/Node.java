package dev.stet.binary.names;

/// A part of a C++ name. Declarators are wound around what they declare (`void (*f(int))(char)`), so each part
/// prints in two halves, and the parts around it come between.
///
/// Parts that substitutions repeat are shared: a tree of a few nodes can print without end. [Printer] counts.
interface Node {
    /// What stands before the declared thing.
    void left(Printer out) throws Undecodable;

    /// What stands behind it.
    default void right(Printer out) throws Undecodable {}

    /// The part that this one stands for where it is printed now: itself, but for template parameters. Leaves in
    /// `out.found` the scope that belongs to it.
    default Node resolved(Printer out) throws Undecodable {
        out.found = out.scope;
        return this;
    }

    /// Whether there is a right half.
    default boolean hasRight(Printer out) throws Undecodable {
        return false;
    }

    /// Whether it needs no parentheses as an operand.
    default boolean isSimple() {
        return false;
    }
}
