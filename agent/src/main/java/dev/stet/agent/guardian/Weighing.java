package dev.stet.agent.guardian;

import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.JsonValue;
import java.time.Instant;

/// A decision about load with everything that it was made of: enough to make it again.
///
/// @param at when
/// @param uptime the same in milliseconds of the machine's uptime
public record Weighing(Instant at, long uptime, Account before, Load load, Relief relief) {
    /// As JSON on one line.
    public String json() {
        return new JsonText()
                .text("at", at.toString())
                .number("uptime", uptime)
                .object("account", BudgetJson.of(before, load, uptime))
                .object("load", BudgetJson.of(load))
                .object("decided", BudgetJson.of(relief))
                .toString();
    }

    static boolean isOne(JsonValue.Fields fields) {
        return fields.values().containsKey("account");
    }

    /// What it is about, and what is decided now.
    static Again again(JsonValue.Fields fields) {
        Account before = BudgetJson.readAccount(fields.fields("account"));
        Load load = BudgetJson.readLoad(fields.fields("load"));
        Budget.Step step = Budget.look(before, load, CaseJson.number(fields, "uptime"));
        String decided =
                step.relief().map(BudgetJson::of).map(JsonText::toString).orElse("nothing");
        return new Again(before.of(), decided);
    }

    record Again(String about, String decided) {}
}
