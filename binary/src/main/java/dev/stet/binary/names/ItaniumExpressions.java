package dev.stet.binary.names;

import dev.stet.binary.names.ExpressionNodes.Apply;
import dev.stet.binary.names.ExpressionNodes.Binary;
import dev.stet.binary.names.ExpressionNodes.Braces;
import dev.stet.binary.names.ExpressionNodes.Call;
import dev.stet.binary.names.ExpressionNodes.Cast;
import dev.stet.binary.names.ExpressionNodes.Conditional;
import dev.stet.binary.names.ExpressionNodes.Fold;
import dev.stet.binary.names.ExpressionNodes.Global;
import dev.stet.binary.names.ExpressionNodes.Index;
import dev.stet.binary.names.ExpressionNodes.Literal;
import dev.stet.binary.names.ExpressionNodes.NamedCast;
import dev.stet.binary.names.ExpressionNodes.New;
import dev.stet.binary.names.ExpressionNodes.PackLength;
import dev.stet.binary.names.ExpressionNodes.Postfix;
import dev.stet.binary.names.ExpressionNodes.Prefix;
import dev.stet.binary.names.ExpressionNodes.Values;
import dev.stet.binary.names.NameNodes.Encoding;
import dev.stet.binary.names.NameNodes.Nested;
import dev.stet.binary.names.NameNodes.Template;
import dev.stet.binary.names.NameNodes.Text;
import dev.stet.binary.names.TypeNodes.Expansion;
import java.util.ArrayList;
import java.util.List;

/// Reads expressions (Itanium C++ ABI 5.1.6).
final class ItaniumExpressions {
    private final Itanium all;

    ItaniumExpressions(Itanium all) {
        this.all = all;
    }

    private Cursor in() {
        return all.in;
    }

    Node expression() throws Undecodable {
        in().enter();
        Node result = unguarded();
        in().leave();
        return result;
    }

    private Node unguarded() throws Undecodable {
        char c = in().peek();
        char d = in().peek(1);
        if (c == 'L') {
            return primary();
        }
        if (c == 'T') {
            return all.templateParameter();
        }
        if (c == 's' && d == 'r') {
            return member();
        }
        if (in().take("sp")) {
            return new Expansion(expression());
        }
        if (c == 'f' && (d == 'p' || (d == 'L' && Cursor.isDigit(in().peek(2))))) {
            return functionParameter();
        }
        if (Cursor.isDigit(c) || (c == 'o' && d == 'n')) {
            in().take("on");
            return withArguments(all.names.unqualified(null));
        }
        if (in().take("il")) {
            return new Braces(null, list());
        }
        if (in().take("tl")) {
            Node type = all.types.type();
            return new Braces(type, list());
        }
        if (c == 'f' && "lrLR".indexOf(d) >= 0) {
            return fold();
        }
        if (c == 'r' && (d == 'q' || d == 'Q')) {
            return requirement();
        }
        if (in().take('u')) {
            Node name = all.names.sourceName();
            List<Node> arguments = new ArrayList<>();
            while (!in().take('E')) {
                arguments.add(argument());
            }
            return new Apply(name, new Values(arguments));
        }
        return operation();
    }

    private Node argument() throws Undecodable {
        if (in().take('X')) {
            Node value = expression();
            in().expect('E');
            return value;
        }
        return in().peek() == 'L' ? primary() : all.types.type();
    }

    private Node withArguments(Node name) throws Undecodable {
        return in().peek() == 'I' ? new Template(name, all.names.templateArguments()) : name;
    }

    private List<Node> list() throws Undecodable {
        List<Node> values = new ArrayList<>();
        while (!in().take('E')) {
            values.add(expression());
        }
        return values;
    }

    /// `sr`: a member of a type that is not known yet.
    private Node member() throws Undecodable {
        in().skip(2);
        if (in().atDigit()) {
            return memberOfNames();
        }
        Node scope = all.types.type();
        return withArguments(new Nested(scope, baseName()));
    }

    /// Clang closes the scope with `E` before the last name, GCC has one name, its arguments, and the member.
    private Node memberOfNames() throws Undecodable {
        int substitutions = all.remembered();
        Node scope = all.names.unqualified(null);
        boolean arguments = in().peek() == 'I';
        Node first = scope;
        scope = withArguments(scope);
        for (boolean second = true; in().atDigit(); second = false) {
            Node name = withArguments(all.names.unqualified(null));
            boolean closed = in().peek() == 'E' && (Cursor.isDigit(in().peek(1)) || in().peek(1) == 'o');
            if (second && in().peek() == 'E' && !closed) {
                all.remember(substitutions, first);
                return new Nested(arguments ? all.remember(scope) : scope, name);
            }
            scope = new Nested(scope, name);
        }
        if (in().take('E')) {
            return withArguments(new Nested(scope, baseName()));
        }
        return scope;
    }

    private Node baseName() throws Undecodable {
        if (in().take("dn")) {
            Node type = in().atDigit() ? all.names.unqualified(null) : all.types.type();
            return new NameNodes.Special("~", withArguments(type), "");
        }
        in().take("on");
        return all.names.unqualified(null);
    }

    private Node functionParameter() throws Undecodable {
        in().skip(1);
        if (in().take("pT")) {
            return new Text("this");
        }
        if (in().take('L')) {
            var _ = in().number();
        }
        in().expect('p');
        var _ = all.names.cvQualifiers();
        return new Text("{parm#" + (in().index() + 1) + "}");
    }

    private Node fold() throws Undecodable {
        in().skip(1);
        char kind = in().next();
        Operators.Operator operator = Operators.of(in().next(), in().next());
        if (operator == null) {
            throw Undecodable.name();
        }
        Node first = expression();
        Node second = kind == 'L' || kind == 'R' ? expression() : null;
        return new Fold(kind, operator.text(), first, second);
    }

    /// `requires (parameters) { requirements }`.
    private Node requirement() throws Undecodable {
        in().skip(1);
        List<Node> parameters = List.of();
        if (in().take('Q')) {
            List<Node> types = new ArrayList<>();
            while (!in().take('_')) {
                types.add(all.types.type());
            }
            parameters = types;
        } else {
            in().expect('q');
        }
        List<Node> requirements = new ArrayList<>();
        while (!in().take('E')) {
            char kind = in().next();
            Node what = kind == 'T' ? all.types.type() : expression();
            boolean noexcept = kind == 'X' && in().take('N');
            Node returned = kind == 'X' && in().take('R') ? all.names.name() : null;
            if (kind != 'X' && kind != 'T' && kind != 'Q') {
                throw Undecodable.name();
            }
            requirements.add(new Required(kind, what, noexcept, returned));
        }
        Node head = parameters.isEmpty() ? new Text("requires") : new Call("requires ", new Values(parameters));
        return new NameNodes.Special2("", head, " { ", new Joined(requirements));
    }

    private record Required(char kind, Node what, boolean noexcept, Node returned) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            switch (kind) {
                case 'T' -> out.add("typename ").add(what);
                case 'Q' -> out.add("requires ").add(what);
                default -> {
                    boolean braces = noexcept || returned != null;
                    out.add(braces ? "{" : "").add(what).add(braces ? "}" : "").add(noexcept ? " noexcept" : "");
                    if (returned != null) {
                        out.add(" -> ").add(returned);
                    }
                }
            }
        }
    }

    private record Joined(List<Node> parts) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            for (Node part : parts) {
                out.add(part).add("; ");
            }
            out.add('}');
        }
    }

    private Node operation() throws Undecodable {
        boolean global = in().take("gs");
        char first = in().next();
        char second = in().next();
        String code = new String(new char[] {first, second});
        if (code.equals("cv")) {
            return cast();
        }
        if (code.equals("dn")) {
            in().at(in().at() - 2);
            return baseName();
        }
        if (global && Cursor.isDigit(first)) {
            in().at(in().at() - 2);
            return new Global(withArguments(all.names.unqualified(null)));
        }
        Operators.Operator operator = Operators.of(first, second);
        if (operator == null) {
            throw Undecodable.name();
        }
        Node result = switch (operator.operands()) {
            case 0 -> new Text(operator.text());
            case 1 -> unary(operator);
            case 2 -> binary(operator);
            default -> ternary(operator);
        };
        return global ? new Global(result) : result;
    }

    private Node cast() throws Undecodable {
        Node type = all.types.type();
        if (in().take('_')) {
            return new Cast(type, new Values(list()));
        }
        return new Cast(type, expression());
    }

    private Node unary(Operators.Operator operator) throws Undecodable {
        return switch (operator.code()) {
            case "pp", "mm" ->
                in().take('_') ? new Prefix(operator.text(), expression()) : new Postfix(expression(), operator.text());
            case "st", "at", "ti" -> new Call(operator.text(), all.types.type());
            case "nx" -> new Call(operator.text(), expression());
            case "sZ" -> new PackLength(expression());
            case "sP" -> {
                List<Node> arguments = new ArrayList<>();
                while (!in().take('E')) {
                    arguments.add(argument());
                }
                yield new PackLength(new Values(arguments));
            }
            case "ad" -> {
                Node operand = expression();
                boolean member = operand instanceof Encoding e
                        && e.name() instanceof Nested
                        && e.qualifiers().isEmpty();
                yield new Prefix("&", member ? ((Encoding) operand).name() : operand);
            }
            default -> new Prefix(operator.text(), expression());
        };
    }

    private Node binary(Operators.Operator operator) throws Undecodable {
        return switch (operator.code()) {
            case "cc", "dc", "rc", "sc" -> {
                Node type = all.types.type();
                yield new NamedCast(operator.text(), type, expression());
            }
            case "cl" -> {
                Node function = expression();
                Node bare = function instanceof Encoding e ? e.name() : function;
                yield new Apply(bare, new Values(list()));
            }
            case "dt", "pt" -> {
                Node object = expression();
                Node member = in().take("sr") ? memberAgain() : withArguments(baseName());
                yield new Binary(object, operator.text(), member);
            }
            case "ix" -> {
                Node array = expression();
                yield new Index(array, expression());
            }
            case "di" -> {
                Node field = all.names.sourceName();
                yield new NameNodes.Special2(".", field, "=", expression());
            }
            default -> {
                Node left = expression();
                yield new Binary(left, operator.text(), expression());
            }
        };
    }

    private Node memberAgain() throws Undecodable {
        in().at(in().at() - 2);
        return member();
    }

    private Node ternary(Operators.Operator operator) throws Undecodable {
        if (operator.code().equals("qu")) {
            Node test = expression();
            Node then = expression();
            return new Conditional(test, then, expression());
        }
        if (operator.code().equals("dX")) {
            throw Undecodable.name();
        }
        List<Node> placement = new ArrayList<>();
        while (!in().take('_')) {
            placement.add(expression());
        }
        Node type = all.types.type();
        Node initial = null;
        if (in().take("pi")) {
            initial = new Values(list());
        } else if (in().take("il")) {
            initial = new Braces(null, list());
        } else {
            in().expect('E');
        }
        return new New(operator.text(), placement.isEmpty() ? null : new Values(placement), type, initial);
    }

    /// The object behind a template parameter of class type.
    Node parameterObject() throws Undecodable {
        if (in().take('X')) {
            Node value = expression();
            in().expect('E');
            return value;
        }
        return in().peek() == 'L' ? primary() : expression();
    }

    /// `L` type value `E`, or the mangled name of a function or variable.
    Node primary() throws Undecodable {
        in().expect('L');
        if (in().peek() == '_' || in().peek() == 'Z') {
            in().take('_');
            in().expect('Z');
            Node name = all.names.encoding(false);
            in().expect('E');
            return name;
        }
        Node type = all.types.type();
        if (ItaniumTypes.NULLPTR.equals(type) && in().take('E')) {
            return type;
        }
        boolean negative = in().take('n');
        int from = in().at();
        while (in().peek() != 'E') {
            if (in().atEnd()) {
                throw Undecodable.name();
            }
            in().skip(1);
        }
        String digits = in().since(from);
        in().expect('E');
        return new Literal(type, negative, digits);
    }
}
