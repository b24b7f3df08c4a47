package dev.stet.policy.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlNodeTest {
    private final Problems problems = new Problems();

    private YamlNode read(String text) {
        return YamlDocuments.read(new SourceText("f", text), problems).getFirst();
    }

    private List<String> problems(String text, Consumer<YamlNode> bind) {
        bind.accept(read(text));
        return problems.list().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yes   | yes",
                "1e10  | 1e10",
                "0123  | 0123",
                "true  | true",
                "\"~\" | ~",
            })
    void textIsWhatWasWritten(String yaml, String expected) {
        assertThat(read("a: " + yaml).entries().get("a").text()).contains(expected);
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void everyKindOfValue() {
        YamlNode node = read("{n: 7, b: true, l: [x, y], c: red}").fields(Shape.of("n", "b", "l", "c", "absent"));
        assertThat(node.required("n").number(0, 7)).contains(7L);
        assertThat(node.required("b").bool()).contains(true);
        assertThat(node.required("l").texts()).containsExactly("x", "y");
        assertThat(node.required("c").choice(Map.of("red", 1, "blue", 2))).contains(1);
        assertThat(node.required("n").oneOrMany("numbers")).hasSize(1);
        YamlNode absent = node.optional("absent");
        assertThat(absent.isPresent()).isFalse();
        assertThat(absent.fields(Shape.of("x")).required("x").texts()).isEmpty();
        assertThat(absent.number(0, 1)).isEmpty();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void saysWhatItIsNot() {
        assertThat(problems("{n: x, b: 1, l: 1, c: read, t: {}, e: {}}", node -> {
                    Map<String, YamlNode> fields = node.entries();
                    assertThat(fields.get("n").number(0, 7)).isEmpty();
                    assertThat(fields.get("b").bool()).isEmpty();
                    assertThat(fields.get("l").texts()).isEmpty();
                    assertThat(fields.get("c").choice(Map.of("red", 1, "blue", 2)))
                            .isEmpty();
                    assertThat(fields.get("t").text()).isEmpty();
                    assertThat(fields.get("e").entries()).isEmpty();
                }))
                .containsExactly(
                        "f:1:5: n: expected a number from 0 to 7, found a text",
                        "f:1:11: b: expected true or false, found a number",
                        "f:1:17: l: expected a list of texts, found a number",
                        "f:1:23: c: expected one of blue, red, found 'read'; did you mean 'red'?",
                        "f:1:32: t: expected a text, found a mapping",
                        "f:1:39: e: an empty mapping says nothing: leave the field out");
    }

    /// A field that was reported is not reported again by those who ask it for more.
    @Test
    void oneMistakeIsOneProblem() {
        assertThat(problems("a: 5", node -> {
                    YamlNode inner = node.fields(Shape.of("a")).required("a").fields(Shape.of("b"));
                    assertThat(inner.required("b")
                                    .fields(Shape.of("c"))
                                    .required("c")
                                    .text())
                            .isEmpty();
                }))
                .containsExactly("f:1:4: a: expected a mapping with b, found a number");
    }

    @Test
    void unknownFieldsAreReportedWhereTheirNameStands() {
        assertThat(problems("{fucntion: 1, later: 1, zzz: 1}", node -> {
                    Shape shape = Shape.of("function", "capture").notYet("later");
                    assertThat(node.fields(shape).isPresent()).isTrue();
                }))
                .containsExactly(
                        "f:1:2: fucntion: unknown field 'fucntion'; did you mean 'function'?",
                        "f:1:15: later: field 'later' is not supported by this version",
                        "f:1:25: zzz: unknown field 'zzz'; known are function, capture");
    }

    @Test
    void askingOutsideTheShapeIsAProgrammersMistake() {
        YamlNode node = read("a: 1").fields(Shape.of("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> node.optional("b"));
    }

    @Test
    void pathsLeadThere() {
        YamlNode node = read("a:\n  - b: [x, {c: y}]\n");
        YamlNode list =
                node.entries().get("a").items("mappings").getFirst().entries().get("b");
        YamlNode deep = list.items("texts").get(1).entries().get("c");
        assertThat(deep.path()).isEqualTo("a[0].b[1].c");
        assertThat(deep.line()).isEqualTo(2);
        assertThat(deep.column()).isEqualTo(16);
    }

    @Test
    void parsersSpeakForThemselves() {
        assertThat(problems(
                        "a: x",
                        node -> assertThat(node.entries().get("a").parsed("a thing", text -> {
                                    throw new IllegalArgumentException("'" + text + "' is none");
                                }))
                                .isEmpty()))
                .containsExactly("f:1:4: a: expected a thing, found 'x': 'x' is none");
    }
}
