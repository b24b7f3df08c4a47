package dev.stet.policy.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Where everything stands in a text of YAML, to the character: for edits that leave the rest as it is. Only of a text
/// that [YamlDocuments] has read without a problem.
public final class YamlSpans {
    private final List<Document> documents = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private final String text;
    private int documentStart;
    private boolean explicitStart;
    private boolean directives;
    private Optional<Span> root = Optional.empty();

    /// One document.
    ///
    /// @param start of its `---`, or of its first value if it has none
    /// @param explicit it begins with `---`
    /// @param plain it has no directives (`%YAML`) and no end of its own (`...`)
    /// @param root its value; empty if there is none
    public record Document(int start, boolean explicit, boolean plain, Optional<Span> root) {}

    /// A value.
    public sealed interface Span {}

    /// @param start of its first character, a quote if it has one; in characters from the text's beginning
    /// @param end behind its last
    /// @param quote `"`, `'`, or nothing for a plain one; something else for `|` and `>`
    public record Scalar(int start, int end, String value, String quote) implements Span {
        /// Is it written as plain text or between quotes?
        public boolean isInline() {
            return quote.isEmpty() || quote.equals("'") || quote.equals("\"");
        }
    }

    /// @param flow written in braces
    public record Mapping(boolean flow, List<Entry> entries) implements Span {
        public Mapping {
            entries = List.copyOf(entries);
        }

        /// The entry of this name.
        public Optional<Entry> entry(String name) {
            return entries.stream()
                    .filter(entry -> entry.key.value.equals(name))
                    .findFirst();
        }
    }

    /// @param items its values
    public record Sequence(List<Span> items) implements Span {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /// A field.
    public record Entry(Scalar key, Span value) {}

    private static final class Open {
        final boolean mapping;
        final boolean flow;
        final List<Span> items = new ArrayList<>();
        final List<Entry> entries = new ArrayList<>();
        Optional<Scalar> key = Optional.empty();

        Open(boolean mapping, boolean flow) {
            this.mapping = mapping;
            this.flow = flow;
        }
    }

    private YamlSpans(String text) {
        this.text = text;
    }

    /// The documents of a text, those that say nothing among them.
    public static List<Document> of(String text) {
        boolean marked = text.startsWith("\uFEFF");
        YamlSpans spans = new YamlSpans(text);
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(YamlDocuments.MAX_CHARACTERS + 1)
                .build();
        Iterator<Event> events =
                new ParserImpl(settings, new StreamReader(settings, marked ? text.substring(1) : text));
        int shift = marked ? 1 : 0;
        while (events.hasNext()) {
            spans.accept(events.next(), shift);
        }
        return List.copyOf(spans.documents);
    }

    /// The parser counts in code points.
    private int offset(int codePoints, int shift) {
        return text.offsetByCodePoints(shift, codePoints);
    }

    private void accept(Event event, int shift) {
        int start = offset(event.getStartMark().orElseThrow().getIndex(), shift);
        int end = offset(event.getEndMark().orElseThrow().getIndex(), shift);
        switch (event) {
            case DocumentStartEvent document -> {
                documentStart = start;
                explicitStart = document.isExplicit();
                directives = document.getSpecVersion().isPresent()
                        || !document.getTags().isEmpty();
                root = Optional.empty();
            }
            case DocumentEndEvent document ->
                documents.add(new Document(documentStart, explicitStart, !directives && !document.isExplicit(), root));
            case ScalarEvent scalar -> scalar(new Scalar(start, end, scalar.getValue(), quote(scalar)));
            case MappingStartEvent mapping -> open.push(new Open(true, mapping.getFlowStyle() == FlowStyle.FLOW));
            case SequenceStartEvent sequence -> open.push(new Open(false, sequence.getFlowStyle() == FlowStyle.FLOW));
            case CollectionEndEvent _ -> {
                Open closed = open.pop();
                take(closed.mapping ? new Mapping(closed.flow, closed.entries) : new Sequence(closed.items));
            }
            default -> {
                // the stream's beginning and end
            }
        }
    }

    private static String quote(ScalarEvent scalar) {
        return scalar.isPlain() ? "" : scalar.getScalarStyle().toString();
    }

    private void scalar(Scalar scalar) {
        if (!open.isEmpty() && open.element().mapping && open.element().key.isEmpty()) {
            open.element().key = Optional.of(scalar);
        } else {
            take(scalar);
        }
    }

    private void take(Span value) {
        if (open.isEmpty()) {
            root = Optional.of(value);
            return;
        }
        Open in = open.element();
        if (in.mapping) {
            in.entries.add(new Entry(in.key.orElseThrow(), value));
            in.key = Optional.empty();
        } else {
            in.items.add(value);
        }
    }
}
