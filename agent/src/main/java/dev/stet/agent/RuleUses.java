package dev.stet.agent;

import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The text of `rules.json`: an array, with an object of its own on each line, so that it can be read line by line
/// whatever its length.
final class RuleUses {
    private static final Shape RULE = Shape.of("rule", "firstSeen", "lastMatched", "matchedNow", "programs");
    private static final Shape PROGRAM = Shape.of("exe", "buildId");

    private RuleUses() {}

    static byte[] bytes(List<RuleUse> uses) {
        StringBuilder out = new StringBuilder("[\n");
        for (int i = 0; i < uses.size(); i++) {
            line(out, uses.get(i));
            out.append(i + 1 < uses.size() ? ",\n" : "\n");
        }
        return out.append("]\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder out, RuleUse use) {
        out.append("{\"rule\": ");
        text(out, use.name());
        out.append(", \"firstSeen\": \"").append(use.firstSeen()).append('"');
        use.lastMatched()
                .ifPresent(
                        when -> out.append(", \"lastMatched\": \"").append(when).append('"'));
        out.append(", \"matchedNow\": ").append(use.matchedNow());
        String between = ", \"programs\": [";
        for (RuleUse.Program program : use.programs()) {
            text(out.append(between).append("{\"exe\": "), program.exe());
            program.buildId()
                    .ifPresent(id -> out.append(", \"buildId\": \"").append(id).append('"'));
            out.append('}');
            between = ", ";
        }
        out.append(use.programs().isEmpty() ? "}" : "]}");
    }

    /// Paths of processes are any text at all.
    private static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || (c > '~' && !Character.isSurrogate(c))) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /// @throws IOException if it is not what [#bytes] writes
    static List<RuleUse> parse(String text) throws IOException {
        List<RuleUse> uses = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith("{")) {
                uses.add(use(line.endsWith(",") ? line.substring(0, line.length() - 1) : line, number));
            }
        }
        if (!text.startsWith("[\n") || !text.endsWith("]\n")) {
            throw new IOException("it is not whole, or no list of rules");
        }
        return uses;
    }

    private static RuleUse use(String line, int number) throws IOException {
        Problems problems = new Problems();
        List<YamlNode> documents = YamlDocuments.read(new SourceText("line " + number, line), problems);
        if (documents.size() == 1) {
            YamlNode rule = documents.getFirst().fields(RULE);
            Optional<String> name = rule.required("rule").text();
            Optional<Instant> first = instant(rule.required("firstSeen"));
            Optional<Instant> last = instant(rule.optional("lastMatched"));
            Optional<Integer> now = rule.required("matchedNow").parsed("a number", Integer::valueOf);
            List<RuleUse.Program> programs = new ArrayList<>();
            for (YamlNode item : rule.optional("programs").items("programs")) {
                YamlNode program = item.fields(PROGRAM);
                programs.add(new RuleUse.Program(
                        program.required("exe").text().orElse(""),
                        program.optional("buildId").text()));
            }
            if (problems.isEmpty()) {
                return new RuleUse(name.orElseThrow(), first.orElseThrow(), last, now.orElseThrow(), programs);
            }
        }
        throw new IOException("line " + number + " is no rule of ours");
    }

    private static Optional<Instant> instant(YamlNode node) {
        return node.parsed("a time", Instant::parse);
    }
}
