package dev.stet.binary.names;

import java.util.List;

/// The parts of names: what stands between `::`.
final class NameNodes {
    private NameNodes() {}

    record Text(String text) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(text);
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    /// What the ABI abbreviates with a letter: `Ss` is std::string, shown in full.
    ///
    /// @param last the class's own name, as its constructors have it
    record Standard(String full, String bare, String last) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(out.templateArguments() ? full : bare);
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    record Nested(Node scope, Node name) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(scope).add("::").add(name);
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    record Template(Node name, List<Node> arguments) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(name);
            if (!out.templateArguments()) {
                return;
            }
            int packIndex = out.packIndex;
            out.add(out.last() == '<' ? " <" : "<").list(arguments);
            out.packIndex = packIndex;
            out.add(out.last() == '>' ? " >" : ">");
        }
    }

    /// Something inside of a function.
    record Local(Node function, Node entity) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            if (function instanceof Encoding encoding) {
                Printer.Scope held = out.scope;
                encoding.enterScope(out);
                out.enter();
                encoding.withoutReturnType(out);
                out.leave();
                out.scope = held;
            } else {
                out.add(function);
            }
            out.add("::").add(entity);
        }

        @Override
        public boolean isSimple() {
            return true;
        }
    }

    /// A function with its parameters.
    ///
    /// @param returned null if the name does not say
    record Encoding(Node name, Node returned, List<Node> parameters, String qualifiers, Node constraint)
            implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            enterScope(out);
            if (returned != null) {
                out.left(returned);
                if (!returned.hasRight(out)) {
                    out.add(' ');
                }
            }
            withoutReturnType(out);
            if (returned != null) {
                out.right(returned);
            }
            if (constraint != null) {
                out.add(" requires ").add(constraint);
            }
            out.scope = held;
        }

        void enterScope(Printer out) {
            Node last = name instanceof Local local ? local.entity : name;
            if (last instanceof Template template) {
                out.scope = new Printer.Scope(template.arguments, out.scope);
            }
        }

        void withoutReturnType(Printer out) throws Undecodable {
            out.add(name).add('(').list(parameters).add(')').add(qualifiers);
        }
    }

    /// A function's name alone.
    record Bare(Encoding function) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            Printer.Scope held = out.scope;
            function.enterScope(out);
            out.add(function.name);
            out.scope = held;
        }
    }

    /// `vtable for X` and the like.
    record Special(String prefix, Node of, String suffix) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(prefix).add(of).add(suffix);
        }
    }

    record Special2(String prefix, Node first, String between, Node second) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(prefix).add(first).add(between).add(second);
        }
    }

    record Conversion(Node type) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add("operator ").add(type);
        }
    }

    record Tagged(Node name, String tag) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(name).add("[abi:").add(tag).add(']');
        }

        @Override
        public boolean isSimple() {
            return name.isSimple();
        }
    }

    record InModule(Node name, String module) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add(name).add('@').add(module);
        }
    }

    /// A named template parameter of a lambda.
    ///
    /// @param kind null for `typename`
    record Head(Node kind, boolean pack, String name) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            if (kind == null) {
                out.add("typename");
            } else {
                out.add(kind);
            }
            out.add(pack ? "... " : " ").add(name);
        }
    }

    /// @param number counts from 1
    record Lambda(List<Head> heads, List<Node> parameters, int number) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            List<Head> outer = out.heads;
            out.heads = heads;
            out.lambdas++;
            out.add("{lambda");
            if (!heads.isEmpty()) {
                out.add('<').list(heads).add('>');
            }
            out.add('(').list(parameters);
            out.lambdas--;
            out.heads = outer;
            out.add(")#").add(Integer.toString(number)).add('}');
        }
    }

    /// The names of a structured binding.
    record Binding(List<Node> names) implements Node {
        @Override
        public void left(Printer out) throws Undecodable {
            out.add('[').list(names).add(']');
        }
    }

    record Clone(Node of, String suffix) implements Node {
        /// Whether it is the function itself under another name, and not a part or a variant of it.
        boolean isWhole() {
            return suffix.startsWith(".llvm.") || suffix.startsWith(".lto_priv.") || suffix.startsWith(".__uniq.");
        }

        @Override
        public void left(Printer out) throws Undecodable {
            out.add(of).add(" [clone ").add(suffix).add(']');
        }
    }
}
