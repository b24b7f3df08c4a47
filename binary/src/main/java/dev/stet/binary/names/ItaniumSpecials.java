package dev.stet.binary.names;

import dev.stet.binary.names.NameNodes.Special;
import dev.stet.binary.names.NameNodes.Special2;

/// Reads names of what a compiler adds: tables, thunks, guards (Itanium C++ ABI 5.1.4).
final class ItaniumSpecials {
    private final Itanium all;
    private final Cursor in;

    ItaniumSpecials(Itanium all) {
        this.all = all;
        this.in = all.in;
    }

    Node special() throws Undecodable {
        return in.take('T') ? table() : other();
    }

    private Node table() throws Undecodable {
        char kind = in.next();
        return switch (kind) {
            case 'V' -> new Special("vtable for ", all.types.type(), "");
            case 'T' -> new Special("VTT for ", all.types.type(), "");
            case 'I' -> new Special("typeinfo for ", all.types.type(), "");
            case 'S' -> new Special("typeinfo name for ", all.types.type(), "");
            case 'F' -> new Special("typeinfo fn for ", all.types.type(), "");
            case 'J' -> new Special("java Class for ", all.types.type(), "");
            case 'h' -> {
                offset('h');
                yield new Special("non-virtual thunk to ", all.names.encoding(false), "");
            }
            case 'v' -> {
                offset('v');
                yield new Special("virtual thunk to ", all.names.encoding(false), "");
            }
            case 'c' -> {
                offset(in.next());
                offset(in.next());
                yield new Special("covariant return thunk to ", all.names.encoding(false), "");
            }
            case 'C' -> {
                Node derived = all.types.type();
                signedNumber();
                in.expect('_');
                Node base = all.types.type();
                yield new Special2("construction vtable for ", base, "-in-", derived);
            }
            case 'H' -> new Special("TLS init function for ", all.names.name(), "");
            case 'W' -> new Special("TLS wrapper function for ", all.names.name(), "");
            case 'A' -> new Special("template parameter object for ", all.expressions.parameterObject(), "");
            default -> throw Undecodable.name();
        };
    }

    private Node other() throws Undecodable {
        in.expect('G');
        char kind = in.next();
        return switch (kind) {
            case 'V' -> new Special("guard variable for ", all.names.name(), "");
            case 'R' -> {
                Node name = all.names.name();
                int number = in.atEnd() || in.peek() == '_' ? 0 : in.number() + 1;
                if (!in.atEnd()) {
                    in.take('_');
                }
                yield new Special("reference temporary #" + number + " for ", name, "");
            }
            case 'A' -> new Special("hidden alias for ", all.names.encoding(false), "");
            case 'T' ->
                in.take('n')
                        ? new Special("non-transaction clone for ", all.names.encoding(false), "")
                        : transactionClone();
            case 'I' -> {
                ItaniumNames.ModuleName module = all.names.modules();
                if (module == null) {
                    throw Undecodable.name();
                }
                yield new Special("initializer for module ", module, "");
            }
            default -> throw Undecodable.name();
        };
    }

    private Node transactionClone() throws Undecodable {
        in.skip(1);
        return new Special("transaction clone for ", all.names.encoding(false), "");
    }

    /// What a thunk adds to `this`; not shown.
    private void offset(char kind) throws Undecodable {
        if (kind != 'h' && kind != 'v') {
            throw Undecodable.name();
        }
        signedNumber();
        in.expect('_');
        if (kind == 'v') {
            signedNumber();
            in.expect('_');
        }
    }

    private void signedNumber() throws Undecodable {
        in.take('n');
        var _ = in.number();
    }
}
