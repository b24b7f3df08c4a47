package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.service.JsonMembers;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// A call or event of a running agent, from its JSON, as a line for people.
final class EventLine {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final Set<String> SHOWN = Set.of(
            "type",
            "time",
            "pid",
            "tid",
            "process",
            "latencyNanos",
            "function",
            "args",
            "results",
            "end",
            "pack",
            "kind",
            "file");
    private static final int MAX_VALUE = 160;

    static final String HEADING = "%-15s  %-10s %8s  %-22s %s".formatted("TIME", "TYPE", "LATENCY", "PROCESS", "WHAT");

    private final Output output;

    EventLine(Output output) {
        this.output = output;
    }

    /// @param json one object of the agent's
    String of(String json) {
        Map<String, String> members = JsonMembers.of(json);
        String type = text(members, "type");
        String process = members.containsKey("pid") ? text(members, "process") + "[" + text(members, "pid") + "]" : "";
        String latency = members.containsKey("latencyNanos")
                ? Times.duration(JsonMembers.number(members.get("latencyNanos")).orElse(0L))
                : "";
        String head = "%-15s  %-10s %8s  %-22s ".formatted(clock(text(members, "time")), type, latency, process);
        return output.dim(head.substring(0, 17)) + head.substring(17) + what(type, members);
    }

    private String what(String type, Map<String, String> members) {
        if (type.equals("call")) {
            String result = members.containsKey("results") ? " -> " + shortened(members.get("results")) : "";
            return output.bold(text(members, "function"))
                    + shortened(members.getOrDefault("args", "{}"))
                    + result
                    + (text(members, "end").equals("returned") ? "" : " " + text(members, "end"));
        }
        if (members.containsKey("text")) {
            return text(members, "text");
        }
        if (members.containsKey("explanation")) {
            return text(members, "explanation");
        }
        StringJoiner rest = new StringJoiner(" ");
        if (members.containsKey("file")) {
            rest.add(text(members, "file"));
        }
        members.forEach((name, value) -> {
            if (!SHOWN.contains(name)) {
                rest.add(name + "=" + shortened(value));
            }
        });
        return rest.toString();
    }

    private static String shortened(String raw) {
        String plain = SafeText.plain(JsonMembers.plain(raw));
        return plain.length() > MAX_VALUE ? plain.substring(0, MAX_VALUE) + "..." : plain;
    }

    private static String text(Map<String, String> members, String name) {
        return SafeText.plain(JsonMembers.plain(members.getOrDefault(name, "\"\"")));
    }

    private static String clock(String time) {
        try {
            return CLOCK.format(Instant.parse(time));
        } catch (DateTimeException e) {
            return time;
        }
    }
}
