package dev.stet.binary.names;

import java.util.ArrayList;
import java.util.List;

/// What the parsers of C++ names, types and expressions share while they read one name (Itanium C++ ABI,
/// chapter 5.1).
final class Itanium {
    private static final int MAX_SUBSTITUTIONS = 1 << 14;

    final Cursor in;
    final ItaniumNames names = new ItaniumNames(this);
    final ItaniumTypes types = new ItaniumTypes(this);
    final ItaniumExpressions expressions = new ItaniumExpressions(this);
    private final List<Node> substitutions = new ArrayList<>();

    private Itanium(Cursor in) {
        this.in = in;
    }

    /// Parses all of a name.
    ///
    /// @param text the name from the `_Z` on
    static Node parse(String text, int from) throws Undecodable {
        Cursor in = new Cursor(text, from, text.length());
        if (!in.take("_Z")) {
            throw Undecodable.name();
        }
        Node name = new Itanium(in).names.encoding(true);
        while (in.peek() == '.') {
            name = new NameNodes.Clone(name, cloneSuffix(in));
        }
        if (!in.atEnd()) {
            throw Undecodable.name();
        }
        return name;
    }

    /// `.cold`, `.part.0`, `.isra.3.constprop.1`: a word, numbers, or a word and numbers.
    private static String cloneSuffix(Cursor in) throws Undecodable {
        int from = in.at();
        in.expect('.');
        if (Cursor.isLower(in.peek()) || in.peek() == '_') {
            while (Cursor.isLower(in.peek()) || in.peek() == '_') {
                in.skip(1);
            }
        } else if (!in.atDigit()) {
            throw Undecodable.name();
        } else {
            while (in.atDigit()) {
                in.skip(1);
            }
        }
        while (in.peek() == '.' && Cursor.isDigit(in.peek(1))) {
            in.skip(1);
            while (in.atDigit()) {
                in.skip(1);
            }
        }
        return in.since(from);
    }

    <N extends Node> N remember(N node) throws Undecodable {
        if (substitutions.size() >= MAX_SUBSTITUTIONS) {
            throw Undecodable.name();
        }
        substitutions.add(node);
        return node;
    }

    int remembered() {
        return substitutions.size();
    }

    /// Forgets all but the first.
    void forget(int kept) {
        substitutions.subList(kept, substitutions.size()).clear();
    }

    /// Remembers at a place among the others: what had to be read on to be known.
    void remember(int at, Node node) {
        substitutions.add(at, node);
    }

    /// What `S_`, `S0_`, `S1_` ... stand for; the `S` is read already.
    Node substitution() throws Undecodable {
        int index = 0;
        if (!in.take('_')) {
            long value = 0;
            while (!in.take('_')) {
                char c = in.next();
                int digit = Cursor.isDigit(c) ? c - '0' : Cursor.isUpper(c) ? c - 'A' + 10 : -1;
                value = value * 36 + digit;
                if (digit < 0 || value > MAX_SUBSTITUTIONS) {
                    throw Undecodable.name();
                }
            }
            index = (int) value + 1;
        }
        if (index >= substitutions.size()) {
            throw Undecodable.name();
        }
        return substitutions.get(index);
    }

    /// `T_`, `T0_` ...
    Node templateParameter() throws Undecodable {
        in.expect('T');
        if (in.take('L')) {
            in.number();
            in.expect('_');
        }
        int index = in.index();
        return new TypeNodes.Parameter(index);
    }
}
