package dev.stet.probe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What may be written as a function: so that a mistake is found where there is no target yet.
///
/// @param least arguments without a name
/// @param most arguments without a name
/// @param keys names of the others
/// @param needed those of `keys` that must be there
/// @param named a capture that is only this is called by the argument's text
record ExpressionFunction(int least, int most, List<String> keys, List<String> needed, boolean named) {
    private static final Map<String, ExpressionFunction> ALL = all();

    private static Map<String, ExpressionFunction> all() {
        Map<String, ExpressionFunction> all = new java.util.HashMap<>();
        ExpressionFunction cast = new ExpressionFunction(1, 1, List.of(), List.of(), true);
        ExpressionFunction one = new ExpressionFunction(1, 1, List.of(), List.of(), false);
        ExpressionFunction two = new ExpressionFunction(2, 2, List.of(), List.of(), false);
        ExpressionFunction text = new ExpressionFunction(1, 1, List.of("max"), List.of(), true);
        ExpressionFunction bytes = new ExpressionFunction(1, 1, List.of("len", "max"), List.of("len"), true);
        for (String name : List.of("int", "uint", "long", "ulong", "short", "ushort", "byte", "sbyte", "char", "hex")) {
            all.put(name, cast);
        }
        List.of("ptr", "bool", "duration").forEach(name -> all.put(name, cast));
        List.of("u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64")
                .forEach(name -> all.put(name, one));
        List.of("len", "typeof").forEach(name -> all.put(name, one));
        List.of("string", "str", "gostr", "stdstring").forEach(name -> all.put(name, text));
        List.of("text", "bytes", "http").forEach(name -> all.put(name, bytes));
        List.of("as", "at", "startswith", "min", "max").forEach(name -> all.put(name, two));
        all.put("fields", new ExpressionFunction(1, 1, List.of("depth"), List.of(), true));
        return Map.copyOf(all);
    }

    /// @return null if there is none
    static ExpressionFunction of(String name) {
        return ALL.get(name);
    }

    static Set<String> names() {
        return new TreeSet<>(ALL.keySet());
    }

    /// What is wrong with these arguments.
    ///
    /// @return empty if nothing is
    String problem(String name, List<Expression.Argument> arguments) {
        List<String> given = arguments.stream().flatMap(it -> it.key().stream()).toList();
        int plain = arguments.size() - given.size();
        if (plain < least || plain > most) {
            String wanted = most == 1 ? "one argument" : most + " arguments";
            return name + " takes " + wanted + (keys.isEmpty() ? "" : ", and " + list(keys)) + ", not " + plain;
        }
        for (String key : given) {
            if (!keys.contains(key)) {
                String there = keys.isEmpty() ? "" : " (there are: " + list(keys) + ")";
                return name + " has no argument '" + key + "'" + there;
            }
        }
        if (Set.copyOf(given).size() < given.size()) {
            return name + " is given an argument twice";
        }
        return given.containsAll(needed) ? "" : name + " needs a length: " + name + "(..., len=n)";
    }

    private static String list(List<String> keys) {
        return String.join(", ", keys.stream().map(it -> it + "=").toList());
    }
}
