package dev.stet.binary;

import dev.stet.binary.names.Demangler;
import java.util.Optional;

/// Mangled names of C++ and Rust as people write them. Any text is fine; time and output are bounded.
public final class Names {
    private Names() {}

    /// With parameters: `ns::Class::method(int)`, as c++filt shows it.
    ///
    /// @return empty if the name is not mangled, or cannot be shown within the limits
    public static Optional<String> demangle(String mangled) {
        return Demangler.demangle(mangled);
    }

    /// Without parameters: `ns::Class::method`, as people type it.
    ///
    /// @return empty as for [#demangle]
    public static Optional<String> name(String mangled) {
        return Demangler.name(mangled);
    }

    /// Whether a name as somebody typed it means this symbol: mangled, with parameters, without, or without template
    /// arguments.
    public static boolean matches(String wanted, String mangled) {
        return wanted.equals(mangled) || Demangler.matches(wanted, mangled);
    }
}
