package dev.stet.policy.bind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.BuiltIn;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published schemas and the binders know the same fields, and the schemas describe each.
class SchemaTest {
    private static final List<String> KEYWORDS_OF_FIELDS = List.of("properties", "$defs");
    private static final String EXEMPTION = "exemption";
    private static final String TIER = "tier";
    private static final String SETTINGS = "settings";
    private static final String TEST = "policy-test";

    private static YamlNode schema(String name) throws IOException {
        try (InputStream in = Policy.class.getResourceAsStream(name + ".schema.json")) {
            Problems problems = new Problems();
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // JSON is YAML.
            YamlNode schema =
                    YamlDocuments.read(new SourceText(name, json), problems).getFirst();
            assertThat(problems.list()).isEmpty();
            return schema;
        }
    }

    /// @param path names between slashes
    private static YamlNode at(String schema, String path) throws IOException {
        YamlNode node = schema(schema);
        for (String step : path.split("/", -1)) {
            YamlNode next = node.entries().get(step);
            assertThat(next).as(path + " at " + step).isNotNull();
            node = next;
        }
        return node;
    }

    private static void assertFields(Shape shape, String schema, String path) throws IOException {
        assertThat(at(schema, path + "/properties").entries().keySet())
                .as(schema + " " + path)
                .containsExactlyInAnyOrderElementsOf(shape.names());
    }

    @ParameterizedTest
    @ValueSource(strings = {EXEMPTION, TIER, SETTINGS, TEST})
    void hasTheFieldsOfEveryDocument(String schema) throws IOException {
        assertThat(at(schema, "properties").entries().keySet())
                .containsExactlyInAnyOrderElementsOf(Kind.DOCUMENT.names());
        assertFields(Header.METADATA, schema, "properties/metadata");
    }

    @Test
    void hasTheFieldsOfEverySpec() throws IOException {
        assertFields(ExemptionBinder.SPEC, EXEMPTION, "properties/spec");
        assertFields(ExemptionBinder.UNTIL, EXEMPTION, "properties/spec/properties/until");
        assertFields(ExemptionBinder.UNDECIDED, EXEMPTION, "properties/spec/properties/undecided");
        assertFields(TierBinder.SPEC, TIER, "properties/spec");
        assertFields(TierBinder.ROLLOUT, TIER, "properties/spec/properties/rollout");
        assertFields(TierBinder.BUDGET, TIER, "properties/spec/properties/budget");
        assertFields(SettingsBinder.SPEC, SETTINGS, "properties/spec");
        assertFields(CaseBinder.SPEC, TEST, "properties/spec");
        String item = "properties/spec/properties/cases/items";
        assertFields(CaseBinder.CASE, TEST, item);
        assertFields(CaseBinder.EXPECT, TEST, item + "/properties/expect");
        String facts = item + "/properties/facts";
        assertFields(FactsBinder.FACTS, TEST, facts);
        assertFields(FactsBinder.CONTAINER, TEST, facts + "/properties/container");
        assertFields(FactsBinder.POD, TEST, facts + "/properties/pod");
        assertFields(FactsBinder.MODULE, TEST, facts + "/properties/modules/items");
        assertFields(FactsBinder.RELATIVE, TEST, "$defs/relative");
    }

    @ParameterizedTest
    @ValueSource(strings = {EXEMPTION, TIER})
    void hasTheFieldsOfAMatch(String schema) throws IOException {
        assertFields(MatchBinder.MATCH, schema, "$defs/match");
        assertFields(ClauseBinder.CLAUSES, schema, "$defs/entry");
        assertFields(FileClauses.EXE, schema, "$defs/clause.exe");
        assertFields(PathBinder.PATH, schema, "$defs/clause.hostExe");
        assertFields(PathBinder.PATH, schema, "$defs/clause.script");
        assertFields(FileClauses.MODULE, schema, "$defs/clause.module");
        assertFields(ProcessClauses.ARGS, schema, "$defs/clause.args");
        assertFields(ProcessClauses.KIN, schema, "$defs/kin");
        assertFields(ProcessClauses.KIN_EXE, schema, "$defs/kin/properties/exe");
        assertFields(ProcessClauses.AGE, schema, "$defs/clause.age");
        assertFields(PlaceClauses.CONTAINER, schema, "$defs/clause.container");
        assertFields(PlaceClauses.POD, schema, "$defs/clause.pod");
    }

    @Test
    void nameWhatCanBeLifted() throws IOException {
        assertThat(at(SETTINGS, "properties/spec/properties/lift/items/enum").texts())
                .containsExactlyInAnyOrderElementsOf(
                        BuiltIn.exemptions().stream().map(Exemption::name).toList());
    }

    /// Each schema stands alone, so what two of them have in common is there twice.
    @Test
    void sayTheSameOfTheSameThing() throws IOException {
        Map<String, YamlNode> defs = at(EXEMPTION, "$defs").entries();
        for (String other : List.of(TIER, SETTINGS, TEST)) {
            at(other, "$defs").entries().forEach((name, node) -> {
                if (defs.containsKey(name)) {
                    assertThat(text(node)).as(other + " " + name).isEqualTo(text(defs.get(name)));
                }
            });
        }
    }

    private static String text(YamlNode node) {
        if (node.isMapping()) {
            return node.entries().entrySet().stream()
                    .map(each -> each.getKey() + ":" + text(each.getValue()))
                    .toList()
                    .toString();
        }
        return node.isList()
                ? node.items("values").stream().map(SchemaTest::text).toList().toString()
                : node.text().orElse("");
    }

    /// `STET_RECORD=1` writes it.
    @Test
    void areWhatTheReferenceIsGeneratedFrom() throws IOException {
        String generated = Reference.of(List.of(schema(EXEMPTION), schema(TIER), schema(SETTINGS), schema(TEST)));
        Path file = Path.of("../docs/policy-reference.md");
        if (System.getenv("STET_RECORD") != null) {
            Files.writeString(file, generated);
        }
        assertThat(Files.readString(file)).isEqualTo(generated);
    }

    @ParameterizedTest
    @ValueSource(strings = {EXEMPTION, TIER, SETTINGS, TEST})
    void describesEveryField(String schema) throws IOException {
        assertThat(describes(schema(schema))).isGreaterThan(8);
    }

    /// A field's own words, or those of what it is.
    private static int describes(YamlNode node) {
        int fields = 0;
        for (String keyword : KEYWORDS_OF_FIELDS) {
            if (node.names().contains(keyword)) {
                for (YamlNode field : node.entries().get(keyword).entries().values()) {
                    assertThat(field.names()).as(field.path()).containsAnyOf("description", "$ref");
                    fields += 1 + describes(field);
                }
            }
        }
        return node.names().contains("items") ? fields + describes(node.entries().get("items")) : fields;
    }
}
