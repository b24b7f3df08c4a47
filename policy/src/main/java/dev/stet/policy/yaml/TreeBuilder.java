package dev.stet.policy.yaml;

import dev.stet.policy.yaml.Content.Mapping;
import dev.stet.policy.yaml.Content.Missing;
import dev.stet.policy.yaml.Content.Scalar;
import dev.stet.policy.yaml.Content.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/// Makes nodes of the parser's events, with a stack of its own: no text can exhaust the thread's.
final class TreeBuilder {
    private final String file;
    private final Problems problems;
    private final List<YamlNode> documents = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private int nodes;
    private int line = 1;

    /// A collection whose end has not come.
    private static final class Open {
        final Place place;
        final Place key;
        final boolean mapping;
        final List<YamlNode> items = new ArrayList<>(0);
        final Map<String, YamlNode> entries = new LinkedHashMap<>(0);
        /// The key whose value comes next; in a mapping, nothing before a key.
        Optional<Key> pending = Optional.empty();

        Open(Place place, Place key, boolean mapping) {
            this.place = place;
            this.key = key;
            this.mapping = mapping;
        }
    }

    /// @param kept false if the key was reported: its value is read and dropped
    private record Key(String name, Place place, boolean kept) {}

    TreeBuilder(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    List<YamlNode> documents() {
        return documents;
    }

    /// The line of the last event.
    int line() {
        return line;
    }

    /// @return false if a limit was met, and reported: nothing more should come
    boolean accept(Event event) {
        line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(line);
        if (event instanceof CollectionEndEvent) {
            close();
            return true;
        }
        if (!(event instanceof NodeEvent node)) {
            return true;
        }
        Place place = place(node);
        if (++nodes > YamlDocuments.MAX_NODES) {
            problems.add(place.problem("more than " + YamlDocuments.MAX_NODES + " values"));
            return false;
        }
        if (open.isEmpty() && documents.size() == YamlDocuments.MAX_DOCUMENTS) {
            problems.add(place.problem("more than " + YamlDocuments.MAX_DOCUMENTS + " documents"));
            return false;
        }
        boolean asKey =
                !open.isEmpty() && open.peek().mapping && open.peek().pending.isEmpty();
        if (asKey && !(node instanceof ScalarEvent)) {
            problems.add(place.problem("a key must be a text, without an alias"));
            return false;
        }
        return switch (node) {
            case AliasEvent _ -> {
                problems.add(place.problem("an alias ('*name') is not supported: write the value out"));
                take(YamlNode.of(place, keyOf(place), new Missing(), problems));
                yield true;
            }
            case ScalarEvent scalar
            when asKey -> {
                key(scalar, place);
                yield true;
            }
            case ScalarEvent scalar -> {
                checkDecoration(node, scalar.getTag(), place);
                Scalar content = new Scalar(scalar.getValue(), scalar.isPlain());
                if (!open.isEmpty() || !content.isNothing()) { // `---` with nothing behind it is no document
                    take(YamlNode.of(place, keyOf(place), content, problems));
                }
                yield true;
            }
            case MappingStartEvent mapping -> {
                checkDecoration(node, mapping.getTag(), place);
                yield open(place, true);
            }
            case SequenceStartEvent sequence -> {
                checkDecoration(node, sequence.getTag(), place);
                yield open(place, false);
            }
            default -> throw new AssertionError(node);
        };
    }

    private void checkDecoration(NodeEvent node, Optional<String> tag, Place place) {
        if (node.getAnchor().isPresent()) {
            problems.add(place.problem("an anchor ('&name') is not supported: write the value out where it is used"));
        }
        tag.ifPresent(name -> problems.add(place.problem("a tag (" + Quoted.of(name) + ") is not supported")));
    }

    private boolean open(Place place, boolean mapping) {
        if (open.size() >= YamlDocuments.MAX_DEPTH) {
            problems.add(place.problem("nested deeper than " + YamlDocuments.MAX_DEPTH));
            return false;
        }
        open.push(new Open(place, keyOf(place), mapping));
        return true;
    }

    private void close() {
        Open closed = open.pop();
        Content content = closed.mapping ? new Mapping(closed.entries) : new Sequence(closed.items);
        take(YamlNode.of(closed.place, closed.key, content, problems));
    }

    private void key(ScalarEvent scalar, Place place) {
        checkDecoration(scalar, scalar.getTag(), place);
        Open mapping = open.element();
        String name = scalar.getValue();
        boolean twice = mapping.entries.containsKey(name);
        if (twice) {
            problems.add(place.problem("field " + Quoted.of(name) + " is written twice"));
        }
        mapping.pending = Optional.of(new Key(name, place, !twice));
    }

    /// A finished value goes to the collection it stands in, or is a document.
    private void take(YamlNode node) {
        if (open.isEmpty()) {
            documents.add(node);
            return;
        }
        Open in = open.element();
        if (!in.mapping) {
            in.items.add(node);
            return;
        }
        Key key = in.pending.orElseThrow();
        if (key.kept()) {
            in.entries.put(key.name(), node);
        }
        in.pending = Optional.empty();
    }

    private Place place(NodeEvent event) {
        int atLine = event.getStartMark().orElseThrow().getLine() + 1;
        int atColumn = event.getStartMark().orElseThrow().getColumn() + 1;
        if (open.isEmpty()) {
            return Place.root(file, atLine, atColumn);
        }
        Open in = open.element();
        String step = in.mapping
                ? in.pending.map(key -> "." + Quoted.bare(key.name())).orElse("")
                : "[" + in.items.size() + "]";
        return new Place(file, atLine, atColumn, Optional.of(in.place), step);
    }

    /// Where the key of a value stands; the value's own place if it has none.
    private Place keyOf(Place place) {
        if (open.isEmpty() || open.element().pending.isEmpty()) {
            return place;
        }
        Place key = open.element().pending.orElseThrow().place();
        return new Place(file, key.line(), key.column(), place.parent(), place.step());
    }
}
