package dev.stet.binary.names;

import java.util.List;

/// Writes the parts of a name, and stops one that prints too much, too deep or too long.
final class Printer {
    /// The longest of 780,000 names of LLVM, Clang, V8, HotSpot and rustc takes 57,970 characters.
    static final int MAX_CHARS = 1 << 17;

    /// Parts that print nothing (empty packs in empty packs) cost time all the same. The longest of those names
    /// takes 27,036 steps.
    private static final int MAX_STEPS = 1 << 17;

    /// Substitutions can nest parts deeper than the mangled name does. The deepest of those names needs 93; a
    /// thread's default stack bears some thousands.
    private static final int MAX_DEPTH = 300;

    private final StringBuilder text = new StringBuilder(128);
    private final boolean templateArguments;
    private int steps;
    private int depth;

    /// What `T_` means, and what it means in the arguments themselves.
    record Scope(List<Node> arguments, Scope outer) {}

    /// Null outside of templates.
    Scope scope;

    /// A second result of [Node#resolved].
    Scope found;

    /// More than 0 in the parameters of a lambda.
    int lambdas;

    /// The lambda's named template parameters.
    List<NameNodes.Head> heads = List.of();

    /// Which member of packs is printed; negative: all.
    int packIndex = -1;

    /// How many members the pack has that was met in the expansion; negative: none was met.
    int packSize = -1;

    Printer(boolean templateArguments) {
        this.templateArguments = templateArguments;
    }

    boolean templateArguments() {
        return templateArguments;
    }

    Printer add(String more) throws Undecodable {
        if (more.length() > MAX_CHARS - text.length()) {
            throw Undecodable.name();
        }
        text.append(more);
        return this;
    }

    Printer add(char c) throws Undecodable {
        if (text.length() >= MAX_CHARS) {
            throw Undecodable.name();
        }
        text.append(c);
        return this;
    }

    Printer add(Node node) throws Undecodable {
        left(node);
        right(node);
        return this;
    }

    void left(Node node) throws Undecodable {
        enter();
        node.left(this);
        leave();
    }

    void right(Node node) throws Undecodable {
        enter();
        node.right(this);
        leave();
    }

    /// Separated by commas; members that print nothing (empty packs) leave no comma.
    Printer list(List<? extends Node> nodes) throws Undecodable {
        int before = text.length();
        for (Node node : nodes) {
            int start = text.length();
            if (start > before) {
                add(", ");
            }
            int printed = text.length();
            add(node);
            if (text.length() == printed) {
                text.setLength(start);
            }
        }
        return this;
    }

    /// An operand: in parentheses unless it is a mere name.
    Printer operand(Node node) throws Undecodable {
        if (node.isSimple()) {
            return add(node);
        }
        return add('(').add(node).add(')');
    }

    void enter() throws Undecodable {
        if (++steps > MAX_STEPS || ++depth > MAX_DEPTH) {
            throw Undecodable.name();
        }
    }

    void leave() {
        depth--;
    }

    int length() {
        return text.length();
    }

    void cut(int length) {
        text.setLength(length);
    }

    /// What was printed since a place, in parentheses.
    void parenthesize(int from) throws Undecodable {
        add(')');
        text.insert(from, '(');
    }

    char last() {
        return text.isEmpty() ? 0 : text.charAt(text.length() - 1);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
