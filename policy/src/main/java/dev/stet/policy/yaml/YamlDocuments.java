package dev.stet.policy.yaml;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Reads the documents of one text. Any text at all gives documents or problems, soon: the parser is pulled
/// event by event and dropped at the first limit.
///
/// Refused, because a policy needs none of them and each has surprised somebody: aliases (`*x`), anchors,
/// tags (`!!binary`), keys that are not texts, keys written twice.
public final class YamlDocuments {
    /// Longest text, in characters: a policy of a thousand exemptions has about half of that.
    public static final int MAX_CHARACTERS = 1 << 20;
    /// Longest line, in characters. The parser takes time that grows with the square of a word's length: 0.5
    /// s for a mebibyte, 20 ms for an eighth of one.
    public static final int MAX_LINE_CHARACTERS = 1 << 16;
    /// Deepest nesting: the deepest field of our documents is at 7.
    public static final int MAX_DEPTH = 32;
    /// Most values in a text: as many as a text of that length has in earnest.
    public static final int MAX_NODES = 100_000;

    /// Most documents in a text: several a line are not written by people.
    public static final int MAX_DOCUMENTS = 2_000;

    private YamlDocuments() {}

    /// The documents that could be read, in their order; empty ones are left out. After an error of syntax
    /// those before it are still given, so that their problems are told in the same breath.
    public static List<YamlNode> read(SourceText source, Problems problems) {
        Optional<Problem> unfit = unfit(source);
        if (unfit.isPresent()) {
            problems.add(unfit.get());
            return List.of();
        }
        String text = source.text().startsWith("\uFEFF") ? source.text().substring(1) : source.text();
        TreeBuilder tree = new TreeBuilder(source.file(), problems);
        try {
            LoadSettings settings =
                    LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS + 1).build();
            Iterator<Event> events = new ParserImpl(settings, new StreamReader(settings, text));
            while (events.hasNext() && tree.accept(events.next())) {
                // until the text or a limit ends it
            }
        } catch (MarkedYamlEngineException broken) {
            problems.add(syntax(source.file(), broken, tree));
        } catch (RuntimeException broken) {
            // The engine promises YamlEngineException, and lets others out on some texts: `%YAML 99999999999.1`.
            String why = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
            problems.add(new Problem(source.file(), tree.line(), 1, "", "not YAML: " + Quoted.bare(why)));
        }
        return List.copyOf(tree.documents());
    }

    private static Problem syntax(String file, MarkedYamlEngineException broken, TreeBuilder tree) {
        StringBuilder message = new StringBuilder("not YAML: ").append(Quoted.bare(broken.getProblem()));
        if (broken.getContext() != null) {
            message.append(" (").append(Quoted.bare(broken.getContext()));
            broken.getContextMark()
                    .ifPresent(mark -> message.append(" that begins in line ").append(mark.getLine() + 1));
            message.append(')');
        }
        Optional<Mark> at = broken.getProblemMark().or(broken::getContextMark);
        int line = at.map(mark -> mark.getLine() + 1).orElse(tree.line());
        int column = at.map(mark -> mark.getColumn() + 1).orElse(1);
        return new Problem(file, line, column, "", message.toString());
    }

    /// Length and characters, before the parser sees any: its own message about a bad character has no line.
    private static Optional<Problem> unfit(SourceText source) {
        String text = source.text();
        if (text.length() > MAX_CHARACTERS) {
            String message = "longer than " + MAX_CHARACTERS + " characters";
            return Optional.of(new Problem(source.file(), 1, 1, "", message));
        }
        int line = 1;
        int column = 1;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            if (!isAllowed(c)) {
                String message = c == 0xfffd
                        ? "not UTF-8, or a replacement character from an earlier reading that was not"
                        : "character U+%04X is not allowed".formatted(c);
                return Optional.of(new Problem(source.file(), line, column, "", message));
            }
            if (column > MAX_LINE_CHARACTERS) {
                String message = "line longer than " + MAX_LINE_CHARACTERS + " characters";
                return Optional.of(new Problem(source.file(), line, column, "", message));
            }
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
            at += Character.charCount(c);
        }
        return Optional.empty();
    }

    /// YAML 1.2's c-printable, without the replacement character.
    private static boolean isAllowed(int c) {
        if (c < ' ') {
            return c == '\t' || c == '\n' || c == '\r';
        }
        return c < 0x7f || c == 0x85 || (c >= 0xa0 && c < 0xd800) || (c >= 0xe000 && c < 0xfffd) || c > 0xffff;
    }
}
