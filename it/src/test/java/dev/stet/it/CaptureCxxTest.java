package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `stet trace` shows of the values of C++ and Rust.
class CaptureCxxTest {
    private static final String LONG = "a text that is too long for the string itself";

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void membersReferencesAndContainers() {
        Traced traced = Traced.run(
                Targets.cxxValues(),
                "shop::Cart::add(me=*this, item, name=item.name, id=item.id, price) -> ret",
                "shop::by_view(v)",
                "shop::by_vector(v, names, n=len(v), second=v[1]) -> ret",
                "shop::by_reference(counter, size) -> after=counter, ret",
                "shop::by_optional(o, p, name=p->name) -> ret");
        traced.assertComplete();
        assertThat(traced.args("add", 0))
                .isEqualTo("{\"me\":{\"total_\":100},\"item\":{\"id\":7,\"name\":\"a teapot\",\"size\":\"Large\","
                        + "\"codes\":[4,5,6]},\"name\":\"a teapot\",\"id\":7,\"price\":23}");
        assertThat(traced.results("add", 0)).isEqualTo("{\"ret\":130}");
        assertThat(traced.args("by_view", 0)).isEqualTo("{\"v\":\"viewed\"}");
        assertThat(traced.args("by_vector", 0))
                .isEqualTo("{\"v\":[1,2,3],\"names\":[\"one\",\"two\"],\"n\":3,\"second\":2}");
        assertThat(traced.args("by_vector", 1)).isEqualTo("{\"v\":[],\"names\":[],\"n\":0,\"second\":null}");
        assertThat(traced.call("by_vector", 1).get("unreadable").toString()).isEqualTo("[\"args.second\"]");
        assertThat(traced.args("by_reference", 0)).isEqualTo("{\"counter\":41,\"size\":\"Small\"}");
        assertThat(traced.results("by_reference", 0)).isEqualTo("{\"after\":42,\"ret\":42}");
        assertThat(traced.args("by_optional", 0))
                .startsWith("{\"o\":5,\"p\":\"0x")
                .endsWith(",\"name\":\"a teapot\"}");
        assertThat(traced.args("by_optional", 1)).isEqualTo("{\"o\":null,\"p\":null,\"name\":null}");
    }

    /// `std::string` as GCC has had it since 5, and as it was before.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strings(boolean old) {
        Traced traced = Traced.run(
                old ? Targets.cxxValuesOld() : Targets.cxxValues(),
                "shop::by_string(s, copy) -> ret",
                "shop::Cart::label(n) -> ret");
        traced.assertComplete();
        assertThat(traced.args("by_string", 0)).isEqualTo("{\"s\":\"short\",\"copy\":\"" + LONG + "\"}");
        assertThat(traced.args("by_string", 1)).isEqualTo("{\"s\":\"\",\"copy\":\"" + "y".repeat(128) + "\"}");
        assertThat(traced.call("by_string", 1).get("truncated").toString())
                .isEqualTo("[{\"path\":\"args.copy\",\"taken\":128,\"full\":200}]");
        assertThat(traced.results("label", 0)).isEqualTo("{\"ret\":\"cart-135\"}");
    }

    /// By its mangled name, by its demangled one with parameters, and by a pattern: the same calls.
    @ParameterizedTest
    @ValueSource(
            strings = {"_ZN4shop12by_referenceERiNS_4SizeE(size)", "shop::by_reference(size)", "*by_reference*(size)"})
    void names(String function) {
        Traced traced = Traced.run(Targets.cxxValues(), function);
        traced.assertComplete();
        assertThat(traced.calls()).hasSize(1).allSatisfy(call -> {
            assertThat(call.get("function").stringValue()).isEqualTo("_ZN4shop12by_referenceERiNS_4SizeE");
            assertThat(call.get("args").toString()).isEqualTo("{\"size\":\"Small\"}");
        });
    }

    @Test
    void rust() {
        Traced traced = Traced.run(
                Targets.rustValues(),
                "rust_values::by_str(name, times) -> ret",
                "rust_values::by_string(owned, point, label=point.label, x=point.x)",
                "rust_values::by_option(number, text)",
                "rust_values::by_slice(items, bytes, list)",
                "rust_values::by_shape(shape) -> ret",
                "rust_values::parse(text)");
        traced.assertComplete();
        assertThat(traced.calls().stream().map(call -> call.get("args").toString()))
                .containsExactly(
                        "{\"name\":\"Grace Hopper\",\"times\":2}",
                        "{\"name\":\"\",\"times\":3}",
                        "{\"owned\":\"owned\",\"point\":{\"x\":17,\"label\":\"here\"},\"label\":\"here\",\"x\":17}",
                        "{\"number\":{\"Some\":5},\"text\":{\"Some\":\"abc\"}}",
                        "{\"number\":\"None\",\"text\":\"None\"}",
                        "{\"items\":[1,2,300],\"bytes\":\"01ff\",\"list\":[-1,-2]}",
                        "{\"shape\":\"Dot\"}",
                        "{\"shape\":{\"Circle\":4}}",
                        "{\"shape\":{\"Rect\":{\"w\":2,\"h\":3}}}",
                        "{\"text\":\"12\"}",
                        "{\"text\":\"x\"}");
        assertThat(traced.calls().getFirst().get("results").toString()).isEqualTo("{\"ret\":24}");
    }
}
