package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The published schema and the binder know the same fields, and the schema describes each.
class SchemaTest {
    private static final String NAME = "exemption.schema.json";
    private static final List<String> KEYWORDS_OF_FIELDS = List.of("properties", "$defs");

    private static YamlNode schema() throws IOException {
        try (InputStream in = Policy.class.getResourceAsStream(NAME)) {
            Problems problems = new Problems();
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // JSON is YAML.
            YamlNode schema =
                    YamlDocuments.read(new SourceText(NAME, json), problems).getFirst();
            assertThat(problems.list()).isEmpty();
            return schema;
        }
    }

    private static YamlNode at(String... path) throws IOException {
        YamlNode node = schema();
        for (String step : path) {
            node = node.entries().get(step);
        }
        return node;
    }

    private static void assertFields(Shape shape, String... path) throws IOException {
        assertThat(at(path).entries().keySet()).containsExactlyInAnyOrderElementsOf(shape.names());
    }

    @Test
    void hasTheBindersFields() throws IOException {
        assertFields(ExemptionBinder.DOCUMENT, "properties");
        assertFields(ExemptionBinder.METADATA, "properties", "metadata", "properties");
        assertFields(ExemptionBinder.SPEC, "properties", "spec", "properties");
        assertFields(MatchBinder.MATCH, "properties", "spec", "properties", "match", "properties");
        assertFields(MatchBinder.CLAUSES, "$defs", "entry", "properties");
        assertFields(MatchBinder.EXE, "$defs", "exe", "properties");
        assertFields(MatchBinder.ARGS, "$defs", "args", "properties");
    }

    @Test
    void describesEveryField() throws IOException {
        describes(schema());
    }

    private static void describes(YamlNode node) {
        for (String keyword : KEYWORDS_OF_FIELDS) {
            if (node.names().contains(keyword)) {
                node.entries().get(keyword).entries().forEach((_, field) -> {
                    assertThat(field.names()).as(field.path()).containsAnyOf("description", "$ref");
                    describes(field);
                });
            }
        }
    }
}
