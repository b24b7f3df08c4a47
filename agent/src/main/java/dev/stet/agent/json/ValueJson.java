package dev.stet.agent.json;

import dev.stet.probe.NamedValue;
import dev.stet.probe.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Values as JSON, as docs/json.md describes them. What a JSON value cannot say - that something could
/// not be read, or was cut - is noted with its path, and written behind the values by [#notes].
public final class ValueJson {
    /// Something was not taken whole.
    ///
    /// @param full how much there is; -1 if that is not known
    private record Cut(String path, long taken, long full) {}

    /// Something is not there.
    private record Gap(String path, String why) {}

    private final List<String> unreadable = new ArrayList<>(0);
    private final List<Gap> missing = new ArrayList<>(0);
    private final List<Gap> redacted = new ArrayList<>(0);
    private final List<Cut> truncated = new ArrayList<>(0);
    /// Of the value that is being written.
    private final StringBuilder path = new StringBuilder(32);

    /// Writes a member for each value.
    ///
    /// @param object what the object is called, for the notes: `args`
    public void members(Json json, String object, List<NamedValue> values) {
        path.setLength(0);
        path.append(object);
        Set<String> used = HashSet.newHashSet(values.size());
        for (int i = 0; i < values.size(); i++) {
            member(json, unique(values.get(i).name(), i, used), values.get(i).value());
        }
    }

    private void member(Json json, String name, Value value) {
        int length = path.length();
        path.append('.').append(name);
        write(json.value(name), value);
        path.setLength(length);
    }

    /// A name occurs once in an object: that of a base class's member may occur twice in a structure.
    private static String unique(String name, int index, Set<String> used) {
        String unique = name.isEmpty() ? "#" + (index + 1) : name;
        while (!used.add(unique)) {
            unique += "#" + (index + 1);
        }
        return unique;
    }

    private void write(Json.Slot slot, Value value) {
        switch (value) {
            case Value.Signed(long number) -> slot.number(number);
            case Value.Unsigned(long number) -> slot.unsigned(number);
            case Value.Word(long bits) -> slot.number(bits);
            case Value.Hex(long bits) -> slot.text("0x" + Long.toHexString(bits));
            case Value.Address(long address) -> slot.text("0x" + Long.toHexString(address));
            case Value.Truth(boolean truth) -> slot.bool(truth);
            case Value.Real(double number, boolean single) -> slot.real(number, single);
            case Value.Character(int codePoint) -> character(slot, codePoint);
            case Value.Duration(long nanos) -> slot.number(nanos);
            case Value.Named(var name, long _) -> slot.text(name);
            case Value.Text text -> text(slot, text);
            case Value.Bytes bytes -> bytes(slot, bytes);
            case Value.Fields(var _, var fields) -> fields(slot.object(), fields);
            case Value.Items items -> items(slot, items);
            case Value.Variant variant -> variant(slot, variant);
            case Value.Dynamic dynamic -> dynamic(slot.object(), dynamic);
            case Value.Frames(var addresses) ->
                slot.list(addresses, (each, address) -> each.text("0x" + Long.toHexString(address)));
            case Value.Nil _ -> slot.nothing();
            case Value.Unreadable _ -> {
                slot.nothing();
                unreadable.add(path.toString());
            }
            case Value.Missing(var why) -> {
                slot.nothing();
                missing.add(new Gap(path.toString(), why));
            }
            case Value.Withheld(var why) -> {
                slot.nothing();
                redacted.add(new Gap(path.toString(), why));
            }
        }
    }

    /// What is no character is its number.
    private static void character(Json.Slot slot, int codePoint) {
        if (Character.isValidCodePoint(codePoint) && (codePoint < 0xd800 || codePoint > 0xdfff)) {
            slot.text(Character.toString(codePoint));
        } else {
            slot.number(codePoint);
        }
    }

    private void text(Json.Slot slot, Value.Text text) {
        slot.text(text.text());
        if (text.cut()) {
            truncated.add(new Cut(path.toString(), text.takenBytes(), text.fullBytes()));
        }
    }

    /// Two hexadecimal digits for each.
    private void bytes(Json.Slot slot, Value.Bytes bytes) {
        StringBuilder hex = new StringBuilder(2 * bytes.latin1().length());
        for (int i = 0; i < bytes.latin1().length(); i++) {
            hex.append(Character.forDigit((bytes.latin1().charAt(i) >> 4) & 0xf, 16));
            hex.append(Character.forDigit(bytes.latin1().charAt(i) & 0xf, 16));
        }
        slot.text(hex.toString());
        if (bytes.cut()) {
            truncated.add(new Cut(path.toString(), bytes.latin1().length(), bytes.fullBytes()));
        }
    }

    private void fields(Json json, List<Value.Field> fields) {
        Set<String> used = HashSet.newHashSet(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            member(json, unique(fields.get(i).name(), i, used), fields.get(i).value());
        }
        json.end();
    }

    private void items(Json.Slot slot, Value.Items items) {
        int length = path.length();
        int[] index = {0};
        slot.list(items.items(), (each, item) -> {
            path.append('[').append(index[0]++).append(']');
            write(each, item);
            path.setLength(length);
        });
        if (items.cut()) {
            truncated.add(new Cut(path.toString(), items.items().size(), items.fullCount()));
        }
    }

    /// `"None"`, `{"Some":5}`.
    private void variant(Json.Slot slot, Value.Variant variant) {
        if (variant.content().isEmpty()) {
            slot.text(variant.name());
            return;
        }
        Json json = slot.object();
        member(json, variant.name(), variant.content().get());
        json.end();
    }

    private void dynamic(Json json, Value.Dynamic dynamic) {
        json.text("type", dynamic.type());
        if (dynamic.value().isPresent()) {
            member(json, "value", dynamic.value().get());
        }
        json.end();
    }

    /// Writes what was noted; nothing if all values are whole.
    public void notes(Json json) {
        if (!unreadable.isEmpty()) {
            json.texts("unreadable", unreadable);
        }
        gaps(json, "missing", missing);
        gaps(json, "redacted", redacted);
        if (!truncated.isEmpty()) {
            json.objects("truncated", truncated, (each, cut) -> {
                each.text("path", cut.path).number("taken", cut.taken);
                if (cut.full >= 0) {
                    each.number("full", cut.full);
                }
            });
        }
    }

    private static void gaps(Json json, String name, List<Gap> gaps) {
        if (!gaps.isEmpty()) {
            json.objects(name, gaps, (each, gap) -> each.text("path", gap.path).text("why", gap.why));
        }
    }
}
