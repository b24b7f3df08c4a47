package dev.stet.binary.names;

import java.util.List;

/// The parts of types.
final class TypeNodes {
    static final int CONST = 1;
    static final int VOLATILE = 2;
    static final int RESTRICT = 4;

    private TypeNodes() {}

    /// The text of `const`, `volatile` and `restrict`, each with a space before.
    static String qualifiers(int flags) {
        return ((flags & CONST) != 0 ? " const" : "")
                + ((flags & VOLATILE) != 0 ? " volatile" : "")
                + ((flags & RESTRICT) != 0 ? " restrict" : "");
    }

    record Builtin(char code, String name, String literalSuffix) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(name);
        }
    }

    record Qualified(Node type, int flags) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(type);
            int more = flags;
            if (type.resolved(out) instanceof Qualified inner) {
                more &= ~inner.flags;
            }
            out.add(qualifiers(more));
        }

        @Override
        public void right(Printer out) throws Undecodable {
            out.right(type);
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            return rightOf(type, out);
        }
    }

    /// Whether a part inside has a right half. Counted, because parts can nest without end.
    private static boolean rightOf(Node inner, Printer out) throws Undecodable {
        out.enter();
        boolean has = inner.hasRight(out);
        out.leave();
        return has;
    }

    /// What pointers, references and pointers to members share: parentheses around a declarator.
    private static void open(Node inner, Printer out) throws Undecodable {
        Node type = unqualified(inner, out);
        if (type instanceof Array) {
            out.add(" (");
        } else if (type instanceof FunctionType) {
            out.add('(');
        }
    }

    private static void close(Node inner, Printer out) throws Undecodable {
        Node type = unqualified(inner, out);
        if (type instanceof Array || type instanceof FunctionType) {
            out.add(')');
        }
    }

    private static Node unqualified(Node type, Printer out) throws Undecodable {
        Printer.Scope held = out.scope;
        Node found = type.resolved(out);
        while (found instanceof Qualified q) {
            out.enter();
            out.leave();
            out.scope = out.found;
            found = q.type.resolved(out);
        }
        out.scope = held;
        return found;
    }

    record Pointer(Node to) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(to);
            open(to, out);
            out.add('*');
        }

        @Override
        public void right(Printer out) throws Undecodable {
            close(to, out);
            out.right(to);
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            return rightOf(to, out);
        }
    }

    record Reference(Node to, boolean rvalue) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            Reference collapsed = collapsed(out);
            out.left(collapsed.to);
            open(collapsed.to, out);
            out.add(collapsed.rvalue ? "&&" : "&");
            out.scope = held;
        }

        @Override
        public void right(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            Reference collapsed = collapsed(out);
            close(collapsed.to, out);
            out.right(collapsed.to);
            out.scope = held;
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            return rightOf(to, out);
        }

        /// A reference to a reference is one: an rvalue only if both are. Leaves the scope of what it refers to.
        private Reference collapsed(Printer out) throws Undecodable {
            Reference found = this;
            while (found.to.resolved(out) instanceof Reference inner) {
                out.enter();
                out.leave();
                out.scope = out.found;
                found = new Reference(inner.to, found.rvalue && inner.rvalue);
            }
            return found;
        }
    }

    /// @param qualifiers of `this`, noexcept and the like, as text
    record FunctionType(Node returned, List<Node> parameters, String qualifiers, Node exceptions) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(returned);
            boolean wound = rightOf(returned, out) && (out.last() == '(' || out.last() == '*');
            if (!wound) {
                out.add(' ');
            }
        }

        @Override
        public void right(Printer out) throws Undecodable {
            out.add('(').list(parameters).add(')').add(qualifiers);
            if (exceptions != null) {
                out.add(exceptions);
            }
            out.right(returned);
        }

        @Override
        public boolean hasRight(Printer out) {
            return true;
        }
    }

    /// @param count null if unknown
    record Array(Node element, Node count) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(element);
        }

        @Override
        public void right(Printer out) throws Undecodable {
            out.add(out.last() == ']' ? "[" : " [");
            if (count != null) {
                out.add(count);
            }
            out.add(']');
            out.right(element);
        }

        @Override
        public boolean hasRight(Printer out) {
            return true;
        }
    }

    record MemberPointer(Node owner, Node member) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(member);
            Node type = unqualified(member, out);
            open(member, out);
            if (!(type instanceof Array) && !(type instanceof FunctionType)) {
                out.add(' ');
            }
            out.add(owner).add("::*");
        }

        @Override
        public void right(Printer out) throws Undecodable {
            close(member, out);
            out.right(member);
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            return rightOf(member, out);
        }
    }

    /// A type and what a compiler adds to it: ` _Complex`, ` __vector(4)`, an address space.
    record Marked(Node type, Node mark, String after) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.left(type);
            out.add(' ').add(mark).add(after);
        }

        @Override
        public void right(Printer out) throws Undecodable {
            out.right(type);
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            return rightOf(type, out);
        }
    }

    /// The arguments that a parameter pack stands for, as a template's argument.
    record Pack(List<Node> members) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.list(members);
        }
    }

    /// `T_`, `T0_`: an argument of the template that is printed now, or `auto` in a lambda's parameters. Of a
    /// pack it is all members, or, inside of an expansion, one after the other.
    ///
    /// Looked up when it is printed: a substitution may repeat it in the signature of another template.
    record Parameter(int index) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            if (out.lambdas > 0 && index < out.heads.size()) {
                out.add(out.heads.get(index).name());
                return;
            }
            if (out.lambdas > 0) {
                out.add("auto:").add(Integer.toString(index + 1));
                return;
            }
            Printer.Scope held = out.scope;
            Node now = argument(out);
            if (now != null) {
                out.scope = out.found;
                out.left(now);
                out.scope = held;
            }
        }

        @Override
        public void right(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            Node now = out.lambdas > 0 ? null : argument(out);
            if (now != null) {
                out.scope = out.found;
                out.right(now);
                out.scope = held;
            }
        }

        @Override
        public boolean hasRight(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            Node now = out.lambdas > 0 ? null : argument(out);
            if (now == null) {
                return false;
            }
            out.scope = out.found;
            boolean has = rightOf(now, out);
            out.scope = held;
            return has;
        }

        @Override
        public Node resolved(Printer out) throws Undecodable {
            Node now = out.lambdas > 0 ? null : argument(out);
            if (now == null) {
                out.found = out.scope;
                return this;
            }
            Printer.Scope held = out.scope;
            out.scope = out.found;
            out.enter();
            Node last = now.resolved(out);
            out.leave();
            out.scope = held;
            return last;
        }

        /// Null for no member of a pack. Leaves in `out.found` where the argument's own parameters belong.
        private Node argument(Printer out) throws Undecodable {
            Printer.Scope scope = out.scope;
            if (scope == null || index >= scope.arguments().size()) {
                throw Undecodable.name();
            }
            out.found = scope.outer();
            Node found = scope.arguments().get(index);
            if (!(found instanceof Pack pack) || out.packIndex < 0) {
                return found;
            }
            if (out.packSize < 0) {
                out.packSize = pack.members.size();
            }
            return out.packIndex < pack.members.size() ? pack.members.get(out.packIndex) : null;
        }
    }

    /// `T...`: the pattern once for each member of the pack in it.
    record Expansion(Node pattern) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            int index = out.packIndex;
            int size = out.packSize;
            out.packIndex = 0;
            out.packSize = -1;
            int start = out.length();
            out.add(pattern);
            int found = out.packSize;
            if (found < 0) {
                if (!pattern.isSimple()) {
                    out.parenthesize(start);
                }
                out.add("...");
            } else if (found == 0) {
                out.cut(start);
            }
            for (int i = 1; i < found; i++) {
                out.packIndex = i;
                out.add(", ").add(pattern);
            }
            out.packIndex = index;
            out.packSize = size;
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }
}
