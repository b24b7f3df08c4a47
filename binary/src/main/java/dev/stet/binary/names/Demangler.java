package dev.stet.binary.names;

import java.util.Optional;

/// Mangled names as people write them: C++ (Itanium ABI, as GNU c++filt prints), Rust (v0 and the older form, as
/// rustc-demangle prints without hashes). Pure; time, depth and output are bounded on any text.
public final class Demangler {
    /// The longest of 780,000 names of LLVM, Clang, V8, HotSpot and rustc has 2,265.
    static final int MAX_MANGLED_CHARS = 1 << 14;

    private Demangler() {}

    /// The whole name, with parameters and the return type if the name says it.
    ///
    /// @return empty if it is no mangled name, or one that cannot be shown within the limits
    public static Optional<String> demangle(String mangled) {
        return decoded(mangled).map(name -> name.print(true, true));
    }

    /// The name without parameters and return type: `ns::Class<int>::method`. What is no function (`vtable for A`)
    /// is whole.
    ///
    /// @return empty as for [#demangle]
    public static Optional<String> name(String mangled) {
        return decoded(mangled).map(name -> name.print(false, true));
    }

    /// As [#name], and without template arguments: `ns::Class::method`.
    ///
    /// @return empty as for [#demangle]
    public static Optional<String> plainName(String mangled) {
        return decoded(mangled).map(name -> name.print(false, false));
    }

    /// Whether a name as somebody typed it means this function. For many names make one [Wanted].
    public static boolean matches(String wanted, String mangled) {
        return Wanted.of(wanted).matches(mangled);
    }

    /// Whether it begins like a mangled name. Cheap; it may still not be one.
    public static boolean looksMangled(String name) {
        return start(name) >= 0;
    }

    /// Where the `_Z` or `_R` is; negative if the text does not begin like a mangled name.
    private static int start(String name) {
        int at = 0;
        while (at < name.length() && at < 4 && name.charAt(at) == '_') {
            at++;
        }
        if (at == 0 || at >= name.length() || name.length() > MAX_MANGLED_CHARS) {
            return -1;
        }
        char c = name.charAt(at);
        return c == 'Z' || (c == 'R' && at == 1) ? at - 1 : -1;
    }

    /// A name that was read; printing can still fail.
    interface Decoded {
        /// Null if it cannot be shown within the limits.
        String print(boolean parameters, boolean templateArguments);
    }

    static Optional<Decoded> decoded(String mangled) {
        int at = start(mangled);
        if (at < 0) {
            return Optional.empty();
        }
        try {
            if (mangled.charAt(at + 1) == 'R') {
                return rust(RustV0.demangle(mangled, at));
            }
            if (RustLegacy.looksLike(mangled, at)) {
                return rust(RustLegacy.demangle(mangled, at));
            }
            int block = mangled.indexOf("_block_invoke");
            if (at > 1 && block < 0) {
                return Optional.empty();
            }
            Node name = Itanium.parse(at > 1 ? mangled.substring(0, block) : mangled, at);
            String prefix = at > 1 ? "invocation function for block in " : "";
            return Optional.of((parameters, arguments) -> print(prefix, name, parameters, arguments));
        } catch (Undecodable no) {
            return Optional.empty();
        }
    }

    private static Optional<Decoded> rust(String text) {
        return Optional.of((_, arguments) -> arguments ? text : NameText.withoutArguments(text));
    }

    private static String print(String prefix, Node name, boolean parameters, boolean arguments) {
        try {
            Printer out = new Printer(arguments);
            return out.add(prefix)
                    .add(parameters || !prefix.isEmpty() ? name : bare(name))
                    .toString();
        } catch (Undecodable tooLong) {
            return null;
        }
    }

    /// Without parameters. Suffixes of copies that are the function itself (`.lto_priv.0`, `.llvm.123`) go; a part
    /// of one (`.cold`, `.part.0`) keeps its suffix, because it is no place to look for calls.
    private static Node bare(Node name) {
        return switch (name) {
            case NameNodes.Encoding encoding -> new NameNodes.Bare(encoding);
            case NameNodes.Clone clone when clone.isWhole() -> bare(clone.of());
            case NameNodes.Clone clone -> new NameNodes.Clone(bare(clone.of()), clone.suffix());
            default -> name;
        };
    }
}
