package dev.stet.policy.bind;

import dev.stet.facts.FactKey;
import dev.stet.policy.Aspect;
import dev.stet.policy.Expectation;
import dev.stet.policy.PolicyTests.Case;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes cases of documents of kind `PolicyTest`.
public final class CaseBinder {
    static final Shape SPEC = Shape.of("now", "cases");
    static final Shape CASE = Shape.of("name", "facts", "expect");
    static final Shape EXPECT = Shape.of("verdict", "aspects", "rule", "rules", "tier", "missingFact");

    private static final Map<String, Expectation.Kind> KINDS =
            Arrays.stream(Expectation.Kind.values()).collect(Collectors.toMap(Object::toString, Function.identity()));
    /// Of facts, and the clause that is about several.
    private static final Map<String, String> MISSING = missing();

    private final Map<String, YamlNode> suites = new HashMap<>();

    /// The cases of a document; none if it is of another kind of a policy's documents.
    public List<Case> bind(YamlNode document) {
        YamlNode top = document.fields(Kind.DOCUMENT);
        if (Kind.of(top).filter(kind -> kind == Kind.POLICY_TEST).isEmpty()) {
            return List.of();
        }
        Header header = Header.of(top, true);
        header.name().ifPresent(name -> checkUnique("test", name, header.nameNode(), suites));
        YamlNode spec = top.required("spec").fields(SPEC);
        Instant now = Times.instant(spec.required("now")).orElse(Instant.EPOCH);
        List<Case> cases = new ArrayList<>();
        Map<String, YamlNode> names = new HashMap<>();
        for (YamlNode item : spec.required("cases").items("cases")) {
            bindCase(header.name().orElse(""), now, item.fields(CASE), names).ifPresent(cases::add);
        }
        return cases;
    }

    private static Optional<Case> bindCase(String suite, Instant now, YamlNode item, Map<String, YamlNode> names) {
        YamlNode nameNode = item.required("name");
        Optional<String> name = Header.words(nameNode);
        name.ifPresent(text -> checkUnique("case", text, nameNode, names));
        FactsBinder facts = new FactsBinder(now);
        facts.bind(item.required("facts"));
        Optional<Expectation> expectation = expectation(item.required("expect"));
        return name.flatMap(text -> expectation.map(expected ->
                new Case(suite, text, nameNode.file(), nameNode.line(), facts.facts(), facts.moment(), expected)));
    }

    private static void checkUnique(String what, String name, YamlNode node, Map<String, YamlNode> names) {
        YamlNode first = names.putIfAbsent(name, node);
        if (first != null) {
            String where = Quoted.bare(first.file()) + ":" + first.line();
            node.report("name " + Quoted.of(name) + " is taken by the " + what + " in " + where);
        }
    }

    private static Optional<Expectation> expectation(YamlNode node) {
        YamlNode expect = node.fields(EXPECT);
        Optional<Expectation.Kind> kind = expect.required("verdict").choice(KINDS);
        YamlNode aspectsNode = expect.optional("aspects");
        Set<Aspect> aspects = AspectBinder.bind(aspectsNode);
        YamlNode rulesNode = expect.optional("rules");
        Set<String> rules = Set.copyOf(rulesNode.texts());
        Optional<String> missing = expect.optional("missingFact").choice(MISSING);
        only(aspectsNode, Expectation.Kind.EXEMPT, kind);
        only(expect.optional("missingFact"), Expectation.Kind.UNDECIDED, kind);
        Optional<String> among = Header.words(expect.optional("rule"));
        Optional<String> tier = Header.words(expect.optional("tier"));
        return kind.map(it -> new Expectation(
                it,
                aspects.isEmpty() ? Optional.empty() : Optional.of(aspects),
                among,
                rules.isEmpty() ? Optional.empty() : Optional.of(rules),
                tier,
                missing));
    }

    /// What no verdict of the expected kind has could never be met.
    private static void only(YamlNode node, Expectation.Kind kind, Optional<Expectation.Kind> expected) {
        if (node.isPresent() && expected.isPresent() && expected.get() != kind) {
            node.reportKey("only a verdict of kind '" + kind + "' has it");
        }
    }

    private static Map<String, String> missing() {
        Map<String, String> names = new HashMap<>(Map.of("when", "when"));
        FactKey.ALL.forEach(key -> names.put(key.name(), key.name()));
        return Map.copyOf(names);
    }
}
