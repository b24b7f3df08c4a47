package dev.stet.binary.names;

import dev.stet.binary.names.NameNodes.Template;
import dev.stet.binary.names.NameNodes.Text;
import dev.stet.binary.names.TypeNodes.Array;
import dev.stet.binary.names.TypeNodes.Builtin;
import dev.stet.binary.names.TypeNodes.Expansion;
import dev.stet.binary.names.TypeNodes.FunctionType;
import dev.stet.binary.names.TypeNodes.Marked;
import dev.stet.binary.names.TypeNodes.MemberPointer;
import dev.stet.binary.names.TypeNodes.Pointer;
import dev.stet.binary.names.TypeNodes.Qualified;
import dev.stet.binary.names.TypeNodes.Reference;
import java.util.ArrayList;
import java.util.List;

/// Reads types (Itanium C++ ABI 5.1.5).
final class ItaniumTypes {
    private static final Builtin[] BUILTINS = new Builtin[26];

    static final Builtin NULLPTR = new Builtin('n', "decltype(nullptr)", null);

    static {
        builtin('a', "signed char", null);
        builtin('b', "bool", null);
        builtin('c', "char", null);
        builtin('d', "double", null);
        builtin('e', "long double", null);
        builtin('f', "float", null);
        builtin('g', "__float128", null);
        builtin('h', "unsigned char", null);
        builtin('i', "int", "");
        builtin('j', "unsigned int", "u");
        builtin('l', "long", "l");
        builtin('m', "unsigned long", "ul");
        builtin('n', "__int128", null);
        builtin('o', "unsigned __int128", null);
        builtin('s', "short", null);
        builtin('t', "unsigned short", null);
        builtin('v', "void", null);
        builtin('w', "wchar_t", null);
        builtin('x', "long long", "ll");
        builtin('y', "unsigned long long", "ull");
        builtin('z', "...", null);
    }

    private static void builtin(char code, String name, String literalSuffix) {
        BUILTINS[code - 'a'] = new Builtin(code, name, literalSuffix);
    }

    private final Itanium all;

    /// Behind a conversion operator `T_I` begins the operator's own arguments.
    private boolean conversion;

    ItaniumTypes(Itanium all) {
        this.all = all;
    }

    private Cursor in() {
        return all.in;
    }

    Node conversionType() throws Undecodable {
        boolean outer = conversion;
        conversion = true;
        Node type = type();
        conversion = outer;
        return type;
    }

    Node type() throws Undecodable {
        in().enter();
        char c = in().peek();
        Node result = c >= 'a' && c <= 'z' && c != 'r' && c != 'u' ? simple(c) : compound(c);
        in().leave();
        return result;
    }

    private Node simple(char c) throws Undecodable {
        Builtin found = BUILTINS[c - 'a'];
        if (found == null) {
            throw Undecodable.name();
        }
        in().skip(1);
        return found;
    }

    private Node compound(char c) throws Undecodable {
        return switch (c) {
            case 'r', 'V', 'K' -> qualified();
            case 'P', 'R', 'O' -> {
                in().skip(1);
                Node to = type();
                yield all.remember(c == 'P' ? new Pointer(to) : new Reference(to, c == 'O'));
            }
            case 'C', 'G' -> {
                in().skip(1);
                yield all.remember(new Marked(type(), new Text(c == 'C' ? "_Complex" : "_Imaginary"), ""));
            }
            case 'F' -> all.remember(function("", null));
            case 'A' -> array();
            case 'M' -> {
                in().skip(1);
                Node owner = type();
                yield all.remember(new MemberPointer(owner, type()));
            }
            case 'T' -> templateParameter();
            case 'S' -> substitutionOrStd();
            case 'D' -> extended();
            case 'U' -> vendorQualified();
            case 'u' -> {
                in().skip(1);
                Node name = all.names.sourceName();
                boolean arguments = in().peek() == 'I';
                yield all.remember(arguments ? new Template(name, all.names.templateArguments()) : name);
            }
            case 'N', 'Z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'W' -> all.remember(all.names.name());
            default -> throw Undecodable.name();
        };
    }

    private Node qualified() throws Undecodable {
        int flags = all.names.cvQualifiers();
        if (in().peek() == 'F' || (in().peek() == 'D' && "oOwx".indexOf(in().peek(1)) >= 0)) {
            return all.remember(functionWithExceptions(TypeNodes.qualifiers(flags)));
        }
        return all.remember(new Qualified(type(), flags));
    }

    private Node functionWithExceptions(String qualifiers) throws Undecodable {
        if (in().peek() == 'F') {
            return function(qualifiers, null);
        }
        if (in().take("Dx")) {
            return functionWithExceptions(qualifiers + " transaction_safe");
        }
        if (in().take("Do")) {
            return function(qualifiers, new Text(" noexcept"));
        }
        if (in().take("DO")) {
            Node condition = all.expressions.expression();
            in().expect('E');
            return function(qualifiers, new NameNodes.Special(" noexcept(", condition, ")"));
        }
        if (in().take("Dw")) {
            List<Node> thrown = new ArrayList<>();
            while (!in().take('E')) {
                thrown.add(type());
            }
            return function(qualifiers, new NameNodes.Special(" throw(", new ExpressionNodes.Values(thrown), ")"));
        }
        throw Undecodable.name();
    }

    private FunctionType function(String qualifiers, Node exceptions) throws Undecodable {
        in().expect('F');
        in().take('Y');
        Node returned = inBrackets(this::type);
        List<Node> parameters = inBrackets(this::parameters);
        String reference = in().take('R') ? " &" : in().take('O') ? " &&" : "";
        in().expect('E');
        return new FunctionType(returned, parameters, qualifiers + reference, exceptions);
    }

    /// Types up to the end of the list; a lone `void` is none.
    List<Node> parameters() throws Undecodable {
        List<Node> parameters = new ArrayList<>();
        while (true) {
            char c = in().peek();
            boolean referenceQualifier = (c == 'R' || c == 'O') && in().peek(1) == 'E';
            if (c == 0 || c == 'E' || c == '.' || c == 'Q' || referenceQualifier) {
                break;
            }
            parameters.add(type());
        }
        if (parameters.isEmpty()) {
            throw Undecodable.name();
        }
        boolean none = parameters.size() == 1 && BUILTINS['v' - 'a'].equals(parameters.getFirst());
        return none ? List.of() : parameters;
    }

    private Node array() throws Undecodable {
        in().expect('A');
        Node count = null;
        if (in().atDigit()) {
            int from = in().at();
            while (in().atDigit()) {
                in().skip(1);
            }
            count = new Text(in().since(from));
        } else if (in().peek() != '_') {
            count = all.expressions.expression();
        }
        in().expect('_');
        return all.remember(new Array(type(), count));
    }

    private Node templateParameter() throws Undecodable {
        Node parameter = all.remember(all.templateParameter());
        if (in().peek() != 'I' || (conversion && !argumentsBelongToType())) {
            return parameter;
        }
        return all.remember(new Template(parameter, all.names.templateArguments()));
    }

    /// Whether in `cvT_I...E` another `I...E` follows: then the first belongs to the type, else to the operator.
    /// Reads them to see it, and forgets.
    private boolean argumentsBelongToType() throws Undecodable {
        int from = in().at();
        int remembered = all.remembered();
        var _ = all.names.templateArguments();
        boolean another = in().peek() == 'I';
        in().at(from);
        all.forget(remembered);
        return another;
    }

    /// Within brackets no operator's own arguments can follow.
    <T> T inBrackets(Reading<T> reading) throws Undecodable {
        boolean outer = conversion;
        conversion = false;
        T result = reading.read();
        conversion = outer;
        return result;
    }

    interface Reading<T> {
        T read() throws Undecodable;
    }

    private Node substitutionOrStd() throws Undecodable {
        if (in().peek(1) == 't') {
            return all.remember(all.names.name());
        }
        Node found = all.names.standardOrSubstitution();
        if (found instanceof ItaniumNames.ModuleName module) {
            Node name = all.names.unqualified(module);
            if (in().peek() == 'I') {
                name = new Template(all.remember(name), all.names.templateArguments());
            }
            return all.remember(name);
        }
        if (in().peek() != 'I' || (conversion && !argumentsBelongToType())) {
            return found;
        }
        return all.remember(new Template(found, all.names.templateArguments()));
    }

    private Node vendorQualified() throws Undecodable {
        in().expect('U');
        if (in().peek() == 'l' || in().peek() == 't') {
            in().at(in().at() - 1);
            return all.remember(all.names.name());
        }
        Node mark = all.names.sourceName();
        if (in().peek() == 'I') {
            mark = new Template(mark, all.names.templateArguments());
        }
        return all.remember(new Marked(type(), mark, ""));
    }

    private Node extended() throws Undecodable {
        char kind = in().peek(1);
        if ("oOwx".indexOf(kind) >= 0 && kind != 0) {
            return all.remember(functionWithExceptions(""));
        }
        in().skip(2);
        return switch (kind) {
            case 't', 'T' -> {
                Node value = all.expressions.expression();
                in().expect('E');
                yield all.remember(new NameNodes.Special("decltype (", value, ")"));
            }
            case 'p' -> all.remember(new Expansion(type()));
            case 'a' -> new Text("auto");
            case 'c' -> new Text("decltype(auto)");
            case 'n' -> NULLPTR;
            case 'd' -> new Builtin('D', "decimal64", null);
            case 'e' -> new Builtin('D', "decimal128", null);
            case 'f' -> new Builtin('D', "decimal32", null);
            case 'h' -> new Builtin('D', "half", null);
            case 's' -> new Builtin('D', "char16_t", null);
            case 'i' -> new Builtin('D', "char32_t", null);
            case 'u' -> new Builtin('D', "char8_t", null);
            case 'F' -> floating();
            case 'B', 'U' -> bits(kind == 'U' ? "unsigned _BitInt(" : "_BitInt(");
            case 'v' -> vector();
            case 'k', 'K' -> constrained(kind);
            default -> throw Undecodable.name();
        };
    }

    private Node floating() throws Undecodable {
        int bits = in().number();
        if (in().take('_')) {
            return new Builtin('D', "_Float" + bits, null);
        }
        if (bits == 16 && in().take('b')) {
            return new Builtin('D', "std::bfloat16_t", null);
        }
        in().expect('x');
        return new Builtin('D', "_Float" + bits + "x", null);
    }

    private Node bits(String prefix) throws Undecodable {
        Node count = in().atDigit() ? new Text(Integer.toString(in().number())) : all.expressions.expression();
        in().expect('_');
        return all.remember(new NameNodes.Special(prefix, count, ")"));
    }

    private Node vector() throws Undecodable {
        Node count;
        if (in().take('_')) {
            count = all.expressions.expression();
        } else {
            count = new Text(Integer.toString(in().number()));
        }
        in().expect('_');
        return all.remember(new Marked(type(), new NameNodes.Special("__vector(", count, ")"), ""));
    }

    /// `Concept auto`.
    private Node constrained(char kind) throws Undecodable {
        Node concept = all.names.name();
        return new NameNodes.Special("", concept, kind == 'k' ? " auto" : " decltype(auto)");
    }
}
