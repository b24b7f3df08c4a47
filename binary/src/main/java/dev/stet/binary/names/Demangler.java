package dev.stet.binary.names;

import java.util.Optional;

public final class Demangler {
    private Demangler() {}

    public static Optional<String> demangle(String mangled) {
        try {
            Printer out = new Printer(true);
            out.add(Itanium.parse(mangled, 0));
            return Optional.of(out.toString());
        } catch (Undecodable no) {
            return Optional.empty();
        }
    }
}
