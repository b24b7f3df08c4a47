package dev.stet.probe.decode;

import dev.stet.probe.Value;
import java.util.stream.Collectors;

/// Values as short text, to compare in tests.
final class Rendering {
    private Rendering() {}

    static String of(Value value) {
        return switch (value) {
            case Value.Signed(var number) -> "" + number;
            case Value.Unsigned(var number) -> Long.toUnsignedString(number);
            case Value.Word(var bits) -> "word 0x" + Long.toHexString(bits);
            case Value.Hex(var bits) -> "0x" + Long.toHexString(bits);
            case Value.Address _ -> "@";
            case Value.Truth(var truth) -> "" + truth;
            case Value.Real(var real, var single) -> single ? (float) real + "f" : "" + real;
            case Value.Character(var point) -> "'" + Character.toString(point) + "'";
            case Value.Duration(var nanos) -> nanos + "ns";
            case Value.Named(var name, var ignored) -> name;
            case Value.Text text -> "\"" + text.text() + "\"" + (text.cut() ? "~" + text.fullBytes() : "");
            case Value.Bytes bytes -> "b\"" + bytes.latin1() + "\"" + (bytes.cut() ? "~" + bytes.fullBytes() : "");
            case Value.Fields(var type, var fields) ->
                type
                        + fields.stream()
                                .map(it -> it.name() + "=" + of(it.value()))
                                .collect(Collectors.joining(", ", "{", "}"));
            case Value.Items items ->
                items.items().stream().map(Rendering::of).collect(Collectors.joining(", ", "[", "]"))
                        + (items.cut() ? "~" + items.fullCount() : "");
            case Value.Variant(var name, var content) ->
                name + content.map(it -> "(" + of(it) + ")").orElse("");
            case Value.Dynamic(var type, var content) ->
                "<" + type + content.map(it -> " " + of(it)).orElse("") + ">";
            case Value.Frames(var frames) -> frames.toString();
            case Value.Nil _ -> "nil";
            case Value.Unreadable _ -> "unreadable";
            case Value.Missing(var why) -> "missing: " + why;
            case Value.Withheld(var why) -> "withheld: " + why;
        };
    }
}
