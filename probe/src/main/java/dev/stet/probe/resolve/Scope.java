package dev.stet.probe.resolve;

import dev.stet.probe.ExpressionException;
import java.util.Optional;

/// What names stand for at one place of a program at one moment.
interface Scope {
    /// @return empty if the name stands for nothing
    /// @throws ExpressionException if it stands for what there is not, at this place or moment
    Optional<Meaning> find(String name, Spot spot) throws ExpressionException;

    /// What to say of a name that stands for nothing.
    String unknown(String name);

    /// What the program itself calls a position.
    ///
    /// @param position `arg1`
    /// @return empty if it says nothing
    Optional<String> nameOf(String position);

    /// Can the name be asked for at the end of a call only?
    boolean isOfEnd(String name);

    /// Has code here Go's strings, of address and length, in place of C's?
    boolean isGo();
}
