package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.List;

/// What a program takes of an expression, and how that is shown.
final class Formats {
    /// A line of HTTP that says something is not shorter.
    private static final int MIN_HTTP_BYTES = 256;

    private final Shapes shapes;
    private final int textBytes;

    Formats(Shapes shapes, int textBytes) {
        this.shapes = shapes;
        this.textBytes = Math.clamp(textBytes, 1, Take.MAX_BYTES);
    }

    Shown show(String name, Meaning meaning) {
        return switch (meaning) {
            case Meaning.Typed(var type, var place) -> shapes.show(name, type, place);
            case Meaning.Number(var word, var kind, var rank, var names) ->
                new Shown(name, List.of(new Take.Number(word)), new Shape.Number(new Shape.Bits(0, 0, 8), kind));
            case Meaning.Text text -> text(name, text);
            case Meaning.Literal(var text) -> new Shown(name, List.of(), new Shape.Fixed(text));
            case Meaning.Picture(var ignored, var showing) -> showing.show(name);
        };
    }

    static Shown missing(String name, String why) {
        return new Shown(name, List.of(), new Shape.Missing(why));
    }

    private Shown text(String name, Meaning.Text text) {
        Word address = text.stretch().address();
        boolean http = text.form() == Meaning.Form.HTTP;
        int max = text.max().orElse(http ? Math.max(textBytes, MIN_HTTP_BYTES) : textBytes);
        Take take = text.stretch()
                .length()
                .<Take>map(length -> new Take.Block(address, length, max))
                .orElseGet(() -> new Take.Text(address, max));
        Shape shape = shape(text.form(), text.pointer() ? 1 : 0);
        return text.pointer()
                ? new Shown(
                        name, List.of(new Take.Number(address), take), new Shape.Behind(new Shape.Bits(0, 0, 8), shape))
                : new Shown(name, List.of(take), shape);
    }

    private static Shape shape(Meaning.Form form, int take) {
        return switch (form) {
            case TEXT -> new Shape.Text(take);
            case BYTES -> new Shape.Bytes(take);
            case HTTP -> new Shape.HttpLine(take);
        };
    }
}
