package dev.stet.probe.decode;

import dev.stet.probe.Value;
import dev.stet.probe.compile.Take;
import dev.stet.probe.resolve.Shape;
import dev.stet.probe.resolve.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Turns what a program took into values. Any bytes give a value no larger than its shape allows: what is not
/// there is [Value.Unreadable].
public final class ShapeDecoder {
    private final List<Take> takes;
    private final TakenBytes bytes;
    private final GoInterfaces interfaces;

    private ShapeDecoder(List<Take> takes, TakenBytes bytes, GoTypes types) {
        this.takes = takes;
        this.bytes = bytes;
        this.interfaces = new GoInterfaces(bytes, types);
    }

    /// The value of one capture in one record.
    public static Value decode(Shown shown, Taken taken, GoTypes types) {
        TakenBytes bytes = new TakenBytes(shown.takes(), taken);
        return new ShapeDecoder(shown.takes(), bytes, types).value(shown.shape());
    }

    private Value value(Shape shape) {
        return switch (shape) {
            case Shape.Number number -> number(number);
            case Shape.Enumeration(var number, var names) -> {
                OptionalLong bits = Numbers.raw(bytes, number);
                yield bits.isPresent() ? Numbers.named(bits.getAsLong(), number, names) : new Value.Unreadable();
            }
            case Shape.Text(var take) -> text(take);
            case Shape.Bytes(var take) ->
                bytes.region(take).<Value>map(it -> bytes(it)).orElseGet(Value.Unreadable::new);
            case Shape.TextIn(var take, var offset, var size, var full) ->
                part(take, offset, size, full).<Value>map(Texts::inside).orElseGet(Value.Unreadable::new);
            case Shape.BytesIn(var take, var offset, var size, var full) ->
                part(take, offset, size, full).<Value>map(it -> bytes(it)).orElseGet(Value.Unreadable::new);
            case Shape.Behind(var pointer, var content) -> behind(pointer, content);
            case Shape.Fields(var type, var fields) -> new Value.Fields(type, fields(fields));
            case Shape.Items items -> items(items);
            case Shape.Variants variants -> variant(variants);
            case Shape.GoInterface held -> interfaces.value(held);
            case Shape.GoError error -> interfaces.error(error);
            case Shape.GoType type -> interfaces.typeName(type);
            case Shape.GoTime(var wall, var extra) -> pair(wall, extra, GoTimes::value);
            case Shape.Span(var seconds, var nanos) -> pair(seconds, nanos, GoTimes::span);
            case Shape.HttpLine(var take) ->
                bytes.region(take).map(HttpLines::of).orElseGet(Value.Unreadable::new);
            case Shape.Frames(var take) -> frames(take);
            case Shape.Fixed(var text) -> Texts.of(text);
            case Shape.Missing(var why) -> new Value.Missing(why);
            case Shape.Withheld(var why) -> new Value.Withheld(why);
        };
    }

    private Value number(Shape.Number number) {
        OptionalLong bits = Numbers.raw(bytes, number);
        return bits.isPresent()
                ? Numbers.value(bits.getAsLong(), number.width(), number.kind())
                : new Value.Unreadable();
    }

    private Value text(int take) {
        Optional<TakenBytes.Region> region = bytes.region(take);
        if (region.isEmpty()) {
            return new Value.Unreadable();
        }
        return switch (takes.get(take)) {
            case Take.Text text -> Texts.terminated(region.get(), text.max());
            case Take.Block _, Take.Number _, Take.Stack _ -> Texts.whole(region.get());
        };
    }

    private static Value.Bytes bytes(TakenBytes.Region region) {
        String latin1 = new String(region.copy(), java.nio.charset.StandardCharsets.ISO_8859_1);
        return new Value.Bytes(latin1, region.full());
    }

    private Optional<TakenBytes.Region> part(int take, int offset, int size, long full) {
        return bytes.region(take).flatMap(it -> it.part(offset, size, full)).filter(it -> it.size() == size);
    }

    private Value behind(Shape.Bits pointer, Shape content) {
        OptionalLong address = bytes.bits(pointer);
        if (address.isEmpty()) {
            return new Value.Unreadable();
        }
        return address.getAsLong() == 0 ? new Value.Nil() : value(content);
    }

    private List<Value.Field> fields(List<Shape.Field> shapes) {
        List<Value.Field> fields = new ArrayList<>();
        for (Shape.Field each : shapes) {
            fields.add(new Value.Field(each.name(), value(each.shape())));
        }
        return fields;
    }

    private Value items(Shape.Items shape) {
        OptionalLong count = count(shape.count());
        if (count.isEmpty() || count.getAsLong() < 0) {
            return new Value.Unreadable();
        }
        List<Value> items = new ArrayList<>();
        for (Shape each : shape.items()) {
            if (items.size() == count.getAsLong()) {
                break;
            }
            items.add(value(each));
        }
        return new Value.Items(items, count.getAsLong());
    }

    private OptionalLong count(Shape.Count count) {
        return switch (count) {
            case Shape.Count.Fixed(var number) -> OptionalLong.of(number);
            case Shape.Count.Told(var bits) -> bytes.bits(bits);
            case Shape.Count.Filling(var take, var itemBytes) -> {
                Optional<TakenBytes.Region> region = bytes.region(take);
                yield region.isPresent() && itemBytes > 0
                        ? OptionalLong.of(region.get().full() / itemBytes)
                        : OptionalLong.empty();
            }
        };
    }

    private Value variant(Shape.Variants shape) {
        OptionalLong tag = OptionalLong.of(0);
        int width = 64;
        if (shape.tag().isPresent()) {
            tag = Numbers.raw(bytes, shape.tag().get());
            width = shape.tag().get().width();
        }
        if (tag.isEmpty()) {
            return new Value.Unreadable();
        }
        Optional<Shape.Variant> otherwise = Optional.empty();
        for (Shape.Variant each : shape.variants()) {
            if (each.tag().isEmpty()) {
                otherwise = Optional.of(each);
            } else if (shape.tag().isPresent() && isSame(each.tag().getAsLong(), tag.getAsLong(), width)) {
                return content(each);
            }
        }
        return otherwise.isPresent() ? content(otherwise.get()) : new Value.Word(tag.getAsLong());
    }

    private static boolean isSame(long named, long found, int width) {
        return width >= 64 ? named == found : (named ^ found) << (64 - width) == 0;
    }

    private Value content(Shape.Variant variant) {
        boolean empty = variant.content() instanceof Shape.Fields(var ignored, var fields) && fields.isEmpty();
        return new Value.Variant(variant.name(), empty ? Optional.empty() : Optional.of(value(variant.content())));
    }

    private interface Two {
        Value of(long first, long second);
    }

    private Value pair(Shape.Bits first, Shape.Bits second, Two meaning) {
        OptionalLong one = bytes.bits(first);
        OptionalLong other = bytes.bits(second);
        return one.isPresent() && other.isPresent()
                ? meaning.of(one.getAsLong(), other.getAsLong())
                : new Value.Unreadable();
    }

    private Value frames(int take) {
        Optional<TakenBytes.Region> region = bytes.region(take);
        if (region.isEmpty()) {
            return new Value.Unreadable();
        }
        List<Long> frames = new ArrayList<>();
        for (int at = 0; at + 8 <= region.get().size(); at += 8) {
            frames.add(TakenBytes.bits(region.get(), at, 8).orElse(0));
        }
        return new Value.Frames(frames);
    }
}
