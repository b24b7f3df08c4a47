package dev.stet.binary.names;

import java.util.List;

/// The parts of expressions: values of template parameters, decltype, noexcept, requires.
final class ExpressionNodes {
    private ExpressionNodes() {}

    record Prefix(String operator, Node operand) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(operator).operand(operand);
        }
    }

    /// `sizeof (type)` and its kin: parentheses always.
    record Call(String operator, Node operand) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(operator).add('(').add(operand).add(')');
        }
    }

    record Postfix(Node operand, String operator) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.operand(operand).add(operator);
        }
    }

    /// `::name`.
    record Global(Node of) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add("::").add(of);
        }
    }

    record Binary(Node left, String operator, Node right) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            boolean closesTemplate = operator.equals(">");
            if (closesTemplate) {
                out.add('(');
            }
            out.operand(left).add(operator).operand(right);
            if (closesTemplate) {
                out.add(')');
            }
        }
    }

    record Index(Node array, Node index) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.operand(array).add('[').add(index).add(']');
        }
    }

    record Conditional(Node test, Node then, Node otherwise) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.operand(test).add('?').operand(then).add(" : ").operand(otherwise);
        }
    }

    record NamedCast(String operator, Node type, Node value) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(operator).add('<').add(type).add(">(").add(value).add(')');
        }
    }

    record Cast(Node type, Node value) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add('(').add(type).add(')').operand(value);
        }
    }

    record Values(List<Node> values) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.list(values);
        }
    }

    record Apply(Node function, Values arguments) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.operand(function).operand(arguments);
        }
    }

    /// @param type null for a bare list in braces
    record Braces(Node type, List<Node> values) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            if (type != null) {
                out.add(type);
            }
            out.add('{').list(values).add('}');
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    /// @param placement null if none
    /// @param initial null if none
    record New(String operator, Values placement, Node type, Node initial) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(operator);
            if (placement != null) {
                out.operand(placement);
            }
            out.add(' ').add(type);
            if (initial != null) {
                out.operand(initial);
            }
        }
    }

    /// @param kind `l`, `r`, `L` or `R`: on which side the dots stand, and whether there is a first value
    record Fold(char kind, String operator, Node first, Node second) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            int index = out.packIndex;
            out.packIndex = -1;
            out.add('(');
            switch (kind) {
                case 'l' -> out.add("...").add(operator).operand(first);
                case 'r' -> out.operand(first).add(operator).add("...");
                case 'L', 'R' ->
                    out.operand(first).add(operator).add("...").add(operator).operand(second);
                default -> throw Undecodable.name();
            }
            out.add(')');
            out.packIndex = index;
        }
    }

    /// A value of a template parameter.
    record Literal(Node type, boolean negative, String digits) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            if (type instanceof TypeNodes.Builtin b && b.code() == 'b' && !negative && digits.length() == 1) {
                if (digits.equals("0") || digits.equals("1")) {
                    out.add(digits.equals("0") ? "false" : "true");
                    return;
                }
            }
            if (type instanceof TypeNodes.Builtin b && b.literalSuffix() != null) {
                out.add(negative ? "-" : "").add(digits).add(b.literalSuffix());
                return;
            }
            out.add('(').add(type).add(')').add(negative ? "-" : "");
            boolean isFloat = type instanceof TypeNodes.Builtin b && "fdeg".indexOf(b.code()) >= 0;
            out.add(isFloat ? "[" + digits + "]" : digits);
        }
    }

    /// How many members a pack has; `sizeof...(pattern)` if there is no saying.
    record PackLength(Node pattern) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            int index = out.packIndex;
            int size = out.packSize;
            out.packIndex = 0;
            out.packSize = -1;
            int start = out.length();
            out.add(pattern);
            int found = out.packSize;
            out.packIndex = index;
            out.packSize = size;
            if (found >= 0) {
                out.cut(start);
                out.add(Integer.toString(found));
            } else {
                String text = out.toString().substring(start);
                out.cut(start);
                out.add("sizeof...(").add(text).add(')');
            }
        }
    }
}
