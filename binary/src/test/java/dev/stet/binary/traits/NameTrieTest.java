package dev.stet.binary.traits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Hazard;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.traits.Mark.Use;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTrieTest {
    private static final NameTrie TRIE =
            new NameTrie(Mark.all(Use.ANY, Meaning.of(Hazard.Kind.FIBERS), "co co_swap co_* x"));

    private static List<String> hits(NameTrie trie, String name) throws MalformedBinaryException {
        List<String> hits = new ArrayList<>();
        ByteView view = ByteView.of(("<" + name + ">").getBytes(StandardCharsets.ISO_8859_1), 0);
        trie.walk(view, 1, name.length(), mark -> {
            Mark hit = trie.marks().get(mark);
            hits.add(hit.text() + (hit.prefix() ? "*" : ""));
        });
        return hits;
    }

    @ParameterizedTest
    @CsvSource({
        "co, co",
        "co_, co_*",
        "co_swap, co_* co_swap",
        "co_swapped, co_*",
        "c, ''",
        "xx, ''",
        "'', ''",
        "\u00e4, ''",
    })
    void exactAndPrefix(String name, String expected) throws MalformedBinaryException {
        assertThat(String.join(" ", hits(TRIE, name))).isEqualTo(expected);
    }

    /// The table that is in use: each mark is found by its own name, and said once.
    @Test
    void allMarksAreFound() throws MalformedBinaryException {
        Set<Mark> seen = new HashSet<>();
        for (Mark mark : SymbolMarks.TRIE.marks()) {
            assertThat(seen.add(mark)).as(mark.text()).isTrue();
            assertThat(mark.text()).hasSizeGreaterThan(4).doesNotContain("*");
            assertThat(hits(SymbolMarks.TRIE, mark.text())).contains(mark.text() + (mark.prefix() ? "*" : ""));
        }
        assertThat(seen).hasSizeGreaterThan(150);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
                "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE.llvm.1234567890",
                "_RNvCs4fqI2P2rA04_1a4main",
                "_RINvNtC3std3mem8align_ofdE"
            })
    void rust(String name) throws MalformedBinaryException {
        assertThat(Mangling.isRust(view(name), 0, name.length())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_ZNSt6vectorIiE3foo17h0123456789abcdegE", "_Read", "_R", "_ZN", "main", "_ZN1aE"})
    void notRust(String name) throws MalformedBinaryException {
        assertThat(Mangling.isRust(view(name), 0, name.length())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"_Z3foov,true", "_ZNSt6vectorE,true", "_ZTV3Foo,true", "_ZGVbN4v_sin,false", "_Zo,false", "Z3foo,false"
    })
    void cxx(String name, boolean is) throws MalformedBinaryException {
        assertThat(Mangling.isCxx(view(name), 0, name.length())).isEqualTo(is);
    }

    private static ByteView view(String name) {
        return ByteView.of(name.getBytes(StandardCharsets.US_ASCII), 0);
    }
}
