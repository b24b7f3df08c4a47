package dev.stet.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFilterTest {
    private static final String CALL = """
            {"type":"call","time":"2026-11-23T16:01:00Z","pid":12,"process":"nginx: \\"w\\"","args":{"a":[1,{"b":"}"}]},\
            "latencyNanos":12000000,"end":"returned"}""";

    @Test
    void comparesWhatItIsGiven() {
        assertThat(wants("type = call")).isTrue();
        assertThat(wants("type != call")).isFalse();
        assertThat(wants("latency > 10ms and latency < 12.5ms")).isTrue();
        assertThat(wants("latency >= 12ms")).isTrue();
        assertThat(wants("latency > 12ms")).isFalse();
        assertThat(wants("latencyNanos <= 12000000 and pid = 12")).isTrue();
        assertThat(wants("process ~ nginx*")).isTrue();
        assertThat(wants("process = 'nginx: \"w\"'")).isTrue();
        assertThat(wants("time > 2026-11-23T16:00:59Z")).isTrue();
        assertThat(wants("")).isTrue();
    }

    @Test
    void whatLacksTheMemberIsNotWanted() {
        assertThat(wants("verdict = trace")).isFalse();
        assertThat(wants("verdict != trace")).isFalse();
    }

    @Test
    void saysWhatItCannotRead() {
        for (String wrong :
                new String[] {"type", "type = ", "= call", "type = call and", "type = call or pid = 1", "a b"}) {
            assertThatThrownBy(() -> EventFilter.of(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("comparison");
        }
        assertThatThrownBy(() -> EventFilter.of("a=b and ".repeat(30) + "a=b")).hasMessageContaining("at most 20");
        assertThatThrownBy(() -> EventFilter.of("x".repeat(5000))).hasMessageContaining("at most 2000");
    }

    @Test
    void membersAreReadAsTheyAreWritten() {
        Map<String, String> members = JsonMembers.of(CALL);
        assertThat(members.keySet()).containsExactly("type", "time", "pid", "process", "args", "latencyNanos", "end");
        assertThat(members).containsEntry("args", "{\"a\":[1,{\"b\":\"}\"}]}").containsEntry("pid", "12");
        assertThat(JsonMembers.plain(members.get("process"))).isEqualTo("nginx: \"w\"");
        assertThat(JsonMembers.plain("\"a\\u0041\\n\\t\\r\\\\\\/\"")).isEqualTo("aA\n\t\r\\/");
        assertThat(JsonMembers.items("[{\"a\":[1,2]},3,\"x,y\"]")).containsExactly("{\"a\":[1,2]}", "3", "\"x,y\"");
        assertThat(JsonMembers.items("[]")).isEmpty();
    }

    @Test
    void brokenTextEndsTheReadingAndNothingElse() {
        for (String broken :
                new String[] {"", "{", "{}", "{\"a", "{\"a\":", "{\"a\":\"\\", "{\"a\":\"\\u12\"}", "{:}", "[[["}) {
            assertThat(JsonMembers.of(broken)).as(broken).isNotNull();
            assertThat(JsonMembers.items(broken)).as(broken).isNotNull();
        }
    }

    private static boolean wants(String filter) {
        return EventFilter.of(filter).wants(CALL);
    }
}
