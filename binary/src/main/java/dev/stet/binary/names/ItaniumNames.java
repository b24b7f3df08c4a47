package dev.stet.binary.names;

import dev.stet.binary.names.NameNodes.Binding;
import dev.stet.binary.names.NameNodes.Encoding;
import dev.stet.binary.names.NameNodes.InModule;
import dev.stet.binary.names.NameNodes.Lambda;
import dev.stet.binary.names.NameNodes.Local;
import dev.stet.binary.names.NameNodes.Nested;
import dev.stet.binary.names.NameNodes.Standard;
import dev.stet.binary.names.NameNodes.Tagged;
import dev.stet.binary.names.NameNodes.Template;
import dev.stet.binary.names.NameNodes.Text;
import java.util.ArrayList;
import java.util.List;

/// Reads names (Itanium C++ ABI 5.1.2 and 5.1.5).
final class ItaniumNames {
    private static final Text ANONYMOUS = new Text("(anonymous namespace)");
    private static final Text STD = new Text("std");
    private static final String CHAR = "<char, std::char_traits<char> >";

    private final Itanium all;
    private Node lastName = new Text("");

    /// The qualifiers of `this` that the nested name read last began with.
    private String thisQualifiers = "";

    ItaniumNames(Itanium all) {
        this.all = all;
    }

    private Cursor in() {
        return all.in;
    }

    /// A function with its parameters, a variable, or something special about one.
    Node encoding(boolean outermost) throws Undecodable {
        in().enter();
        Node result;
        if (in().peek() == 'G' || in().peek() == 'T') {
            result = new ItaniumSpecials(all).special();
        } else {
            result = plainEncoding(outermost);
        }
        in().leave();
        return result;
    }

    private Node plainEncoding(boolean outermost) throws Undecodable {
        thisQualifiers = "";
        Node name = name();
        String qualifiers = thisQualifiers;
        if (endsEncoding()) {
            return name;
        }
        boolean returns = in().take('J') || returnsSomething(name);
        Node returned = returns ? all.types.type() : null;
        if (!outermost && name instanceof Local) {
            returned = null;
        }
        List<Node> parameters = all.types.parameters();
        Node constraint = in().take('Q') ? all.expressions.expression() : null;
        return new Encoding(name, returned, parameters, qualifiers, constraint);
    }

    private boolean endsEncoding() {
        char c = in().peek();
        return c == 0 || c == 'E' || c == '.';
    }

    /// Only instances of function templates say what they return; constructors and conversions never do.
    private static boolean returnsSomething(Node name) {
        Node last = name;
        while (true) {
            if (last instanceof Local local) {
                last = local.entity();
            } else if (last instanceof Nested nested) {
                last = nested.name();
            } else {
                break;
            }
        }
        return last instanceof Template template && !isConversionOrConstructor(template.name());
    }

    private static boolean isConversionOrConstructor(Node name) {
        Node last = name;
        while (true) {
            if (last instanceof Nested nested) {
                last = nested.name();
            } else if (last instanceof Local local) {
                last = local.entity();
            } else if (last instanceof Tagged tagged) {
                last = tagged.name();
            } else {
                return last instanceof NameNodes.Conversion || last instanceof Structor;
            }
        }
    }

    /// A constructor or destructor.
    private record Structor(String prefix, Node of) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(prefix).add(of);
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    Node name() throws Undecodable {
        in().enter();
        Node result = switch (in().peek()) {
            case 'N' -> nested();
            case 'Z' -> local();
            default -> unscoped();
        };
        in().leave();
        return result;
    }

    private Node unscoped() throws Undecodable {
        boolean known = false;
        Node name;
        if (in().peek() == 'S' && in().peek(1) == 't') {
            in().skip(2);
            name = new Nested(STD, unqualified(modules()));
        } else if (in().peek() == 'S') {
            name = standardOrSubstitution();
            if (in().peek() != 'I') {
                if (name instanceof ModuleName module) {
                    name = unqualified(module);
                    known = false;
                }
            } else {
                known = true;
            }
        } else {
            name = unqualified(modules());
        }
        if (in().peek() == 'I') {
            if (!known) {
                all.remember(name);
            }
            name = new Template(name, templateArguments());
        }
        return name;
    }

    private Node nested() throws Undecodable {
        in().expect('N');
        in().take('H');
        String qualifiers = TypeNodes.qualifiers(cvQualifiers());
        if (in().take('R')) {
            qualifiers += " &";
        } else if (in().take('O')) {
            qualifiers += " &&";
        }
        Node name = prefix();
        in().expect('E');
        thisQualifiers = qualifiers;
        return name;
    }

    int cvQualifiers() {
        int flags = 0;
        while (true) {
            if (in().take('r')) {
                flags |= TypeNodes.RESTRICT;
            } else if (in().take('V')) {
                flags |= TypeNodes.VOLATILE;
            } else if (in().take('K')) {
                flags |= TypeNodes.CONST;
            } else {
                return flags;
            }
        }
    }

    /// What stands between `N` and `E`.
    private Node prefix() throws Undecodable {
        Node scope = null;
        while (true) {
            char c = in().peek();
            boolean remembered = false;
            if (c == 'E') {
                break;
            } else if (c == 'I') {
                if (scope == null || scope instanceof Template) {
                    throw Undecodable.name();
                }
                scope = new Template(scope, templateArguments());
            } else if (c == 'M') {
                in().skip(1);
                continue;
            } else if (c == 'T') {
                scope = joined(scope, all.templateParameter());
            } else if (c == 'D' && (in().peek(1) == 't' || in().peek(1) == 'T')) {
                scope = joined(scope, all.types.type());
                remembered = true;
            } else if (c == 'S' && in().peek(1) == 't') {
                in().skip(2);
                scope = joined(scope, STD);
                remembered = true;
            } else if (c == 'S') {
                Node found = standardOrSubstitution();
                if (found instanceof ModuleName module) {
                    scope = joined(scope, unqualified(module));
                } else {
                    scope = joined(scope, found);
                    lastName = ownName(scope);
                    remembered = true;
                }
            } else {
                scope = joined(scope, unqualified(modules()));
            }
            if (!remembered && in().peek() != 'E') {
                all.remember(scope);
            }
        }
        if (scope == null) {
            throw Undecodable.name();
        }
        return scope;
    }

    private static Node joined(Node scope, Node name) {
        return scope == null ? name : new Nested(scope, name);
    }

    /// What the constructors of a class are called.
    private static Node ownName(Node type) {
        Node name = type;
        while (true) {
            switch (name) {
                case Nested nested -> name = nested.name();
                case Template template -> name = template.name();
                case Local local -> name = local.entity();
                case Tagged tagged -> name = tagged.name();
                case InModule module -> name = module.name();
                case Standard standard -> {
                    return new Text(standard.last());
                }
                default -> {
                    return name;
                }
            }
        }
    }

    /// Something in a function: `Z` encoding `E` entity.
    private Node local() throws Undecodable {
        in().expect('Z');
        Node function = encoding(false);
        in().expect('E');
        if (in().take('s')) {
            discriminator();
            return new Local(function, new Text("string literal"));
        }
        String defaultArgument = "";
        if (in().take('d')) {
            defaultArgument = "{default arg#" + (in().index() + 1) + "}::";
        }
        thisQualifiers = "";
        Node entity = name();
        if (!(entity instanceof Local)) {
            discriminator();
        }
        return new Local(
                function, defaultArgument.isEmpty() ? entity : new NameNodes.Special(defaultArgument, entity, ""));
    }

    void discriminator() throws Undecodable {
        if (in().peek() == '_' && Cursor.isDigit(in().peek(1))) {
            in().skip(2);
        } else if (in().peek() == '_' && in().peek(1) == '_' && Cursor.isDigit(in().peek(2))) {
            in().skip(2);
            in().number();
            in().expect('_');
        }
    }

    /// A module's name is a substitution, but no part of a name.
    record ModuleName(String text) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(text);
        }
    }

    /// `W3foo`, `WP3bar`: the module that the next name belongs to. Null if none is mentioned.
    ModuleName modules() throws Undecodable {
        ModuleName module = null;
        while (in().peek() == 'W') {
            module = moreOf(module);
        }
        return module;
    }

    private ModuleName moreOf(ModuleName module) throws Undecodable {
        in().expect('W');
        String separator = in().take('P') ? ":" : module == null ? "" : ".";
        String name = in().text(in().number());
        return all.remember(new ModuleName((module == null ? "" : module.text) + separator + name));
    }

    Node unqualified(ModuleName known) throws Undecodable {
        ModuleName module = known;
        while (in().peek() == 'W') {
            module = moreOf(module);
        }
        // a friend that is a member of nothing; shown like any
        in().take('F');
        char c = in().peek();
        Node name;
        if (Cursor.isDigit(c)) {
            name = sourceName();
        } else if (Cursor.isLower(c)) {
            name = operator();
        } else if (c == 'L') {
            in().skip(1);
            name = sourceName();
            discriminator();
        } else if (c == 'C' || (c == 'D' && in().peek(1) != 'C')) {
            name = structor();
        } else if (c == 'D') {
            name = binding();
        } else if (c == 'U') {
            name = unnamed();
        } else {
            throw Undecodable.name();
        }
        if (module != null) {
            name = new InModule(name, module.text);
        }
        while (in().take('B')) {
            Node kept = lastName;
            name = new Tagged(name, in().text(in().number()));
            lastName = kept;
        }
        return name;
    }

    Text sourceName() throws Undecodable {
        int length = in().number();
        if (length == 0) {
            throw Undecodable.name();
        }
        String text = in().text(length);
        boolean anonymous = text.startsWith("_GLOBAL_")
                && length >= 10
                && "._$".indexOf(text.charAt(8)) >= 0
                && text.charAt(9) == 'N';
        Text name = anonymous ? ANONYMOUS : new Text(text);
        lastName = name;
        return name;
    }

    private Node operator() throws Undecodable {
        char first = in().next();
        char second = in().next();
        if (first == 'c' && second == 'v') {
            return new NameNodes.Conversion(all.types.conversionType());
        }
        if (first == 'l' && second == 'i') {
            return new Text("operator\"\" " + sourceName().text());
        }
        if (first == 'v' && Cursor.isDigit(second)) {
            return new Text("operator " + sourceName().text());
        }
        Operators.Operator operator = Operators.of(first, second);
        if (operator == null) {
            throw Undecodable.name();
        }
        return new Text(Operators.functionName(operator));
    }

    /// `C1`, `C2`, `D0` ...: complete, base, deleting; all are shown alike. `CI1` also names the base whose
    /// constructor is inherited.
    private Node structor() throws Undecodable {
        Node own = lastName;
        if (in().take('C')) {
            boolean inherits = in().take('I');
            char kind = in().next();
            if (kind < '1' || kind > '5') {
                throw Undecodable.name();
            }
            if (inherits) {
                var _ = all.types.type();
                lastName = own;
            }
            return new Structor("", own);
        }
        in().expect('D');
        char kind = in().next();
        if (kind < '0' || kind > '5' || kind == '3') {
            throw Undecodable.name();
        }
        return new Structor("~", own);
    }

    private Node binding() throws Undecodable {
        in().skip(2);
        List<Node> names = new ArrayList<>();
        do {
            names.add(sourceName());
        } while (!in().take('E'));
        return new Binding(names);
    }

    private Node unnamed() throws Undecodable {
        in().expect('U');
        if (in().take('t')) {
            return all.remember(new Text("{unnamed type#" + (in().index() + 1) + "}"));
        }
        in().expect('l');
        Node kept = lastName;
        List<NameNodes.Head> heads = new ArrayList<>();
        while (in().peek() == 'T' && Cursor.isLower(in().peek(1))) {
            heads.add(head(heads));
        }
        List<Node> parameters = all.types.parameters();
        lastName = kept;
        in().expect('E');
        return new Lambda(heads, parameters, in().index() + 1);
    }

    /// `Ty`, `Tn` type, and `Tp` before either for a pack: shown with made-up names, `$T0`, `$N0`.
    private NameNodes.Head head(List<NameNodes.Head> before) throws Undecodable {
        in().skip(1);
        boolean pack = in().take("pT");
        Node kind = in().take('y') ? null : in().take('n') ? all.types.type() : unknownHead();
        long same = before.stream()
                .filter(head -> (head.kind() == null) == (kind == null))
                .count();
        return new NameNodes.Head(kind, pack, (kind == null ? "$T" : "$N") + same);
    }

    private static Node unknownHead() throws Undecodable {
        throw Undecodable.name();
    }

    /// `Sa`, `Ss` ... or `S_`, `S0_` ...; not `St`.
    Node standardOrSubstitution() throws Undecodable {
        in().expect('S');
        char c = in().peek();
        Standard standard = switch (c) {
            case 'a' -> new Standard("std::allocator", "std::allocator", "allocator");
            case 'b' -> new Standard("std::basic_string", "std::basic_string", "basic_string");
            case 's' ->
                new Standard(
                        "std::basic_string<char, std::char_traits<char>, std::allocator<char> >",
                        "std::basic_string",
                        "basic_string");
            case 'i' -> new Standard("std::basic_istream" + CHAR, "std::basic_istream", "basic_istream");
            case 'o' -> new Standard("std::basic_ostream" + CHAR, "std::basic_ostream", "basic_ostream");
            case 'd' -> new Standard("std::basic_iostream" + CHAR, "std::basic_iostream", "basic_iostream");
            default -> null;
        };
        if (standard == null) {
            return all.substitution();
        }
        in().skip(1);
        Node result = standard;
        lastName = new Text(standard.last());
        if (in().peek() == 'B') {
            while (in().take('B')) {
                result = new Tagged(result, in().text(in().number()));
            }
            all.remember(result);
        }
        return result;
    }

    List<Node> templateArguments() throws Undecodable {
        if (!in().take('I')) {
            in().expect('J');
        }
        Node kept = lastName;
        String keptQualifiers = thisQualifiers;
        List<Node> arguments = new ArrayList<>();
        while (!in().take('E')) {
            arguments.add(all.types.inBrackets(this::templateArgument));
            if (in().take('Q')) {
                var _ = all.expressions.expression();
            }
        }
        lastName = kept;
        thisQualifiers = keptQualifiers;
        return arguments;
    }

    private Node templateArgument() throws Undecodable {
        if (in().peek() == 'T' && Cursor.isLower(in().peek(1))) {
            parameterDeclaration();
        }
        return switch (in().peek()) {
            case 'X' -> {
                in().skip(1);
                Node value = all.expressions.expression();
                in().expect('E');
                yield value;
            }
            case 'L' -> all.expressions.primary();
            case 'I', 'J' -> {
                in().enter();
                Node pack = new TypeNodes.Pack(templateArguments());
                in().leave();
                yield pack;
            }
            default -> all.types.type();
        };
    }

    /// `Ty`, `Tn` type, `Tt` ... `E`, `Tp`, `Tk` concept: what the parameter looks like, where the argument alone
    /// does not tell. Not shown.
    private void parameterDeclaration() throws Undecodable {
        in().enter();
        in().expect('T');
        switch (in().next()) {
            case 'y' -> {}
            case 'n' -> {
                var _ = all.types.type();
            }
            case 't' -> {
                while (!in().take('E')) {
                    parameterDeclaration();
                }
            }
            case 'p' -> parameterDeclaration();
            case 'k' -> {
                var _ = name();
            }
            default -> throw Undecodable.name();
        }
        in().leave();
    }
}
