package dev.stet.binary.traits;

import java.util.ArrayList;
import java.util.List;

/// A name that tells something, wherever it is found: a symbol, a section, a library.
///
/// @param text the name, or what it begins with
/// @param prefix is `text` only the beginning?
record Mark(String text, boolean prefix, Use use, Meaning meaning) {
    /// How a symbol must be there to count.
    enum Use {
        /// Used or defined.
        ANY,
        /// Taken from another file.
        IMPORTED,
        /// Taken from another file, or built into a program. A library that defines it offers it to others,
        /// as libc does with `swapcontext`.
        USED,
        /// With code or data in this file.
        DEFINED
    }

    /// @param names separated by white space; one that ends in `*` is a prefix
    static List<Mark> all(Use use, Meaning meaning, String names) {
        List<Mark> marks = new ArrayList<>();
        for (String name : names.strip().split("\\s+", -1)) {
            boolean prefix = name.endsWith("*");
            marks.add(new Mark(prefix ? name.substring(0, name.length() - 1) : name, prefix, use, meaning));
        }
        return marks;
    }

    boolean matches(String name) {
        return prefix ? name.startsWith(text) : name.equals(text);
    }

    /// @param defined does the symbol have code or data in this file?
    /// @param library does the file offer its symbols to others?
    boolean counts(boolean defined, boolean library) {
        return switch (use) {
            case ANY -> true;
            case IMPORTED -> !defined;
            case USED -> !defined || !library;
            case DEFINED -> defined;
        };
    }
}
