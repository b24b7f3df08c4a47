package dev.stet.agent.guardian;

import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.guardian.Account.Rest;
import dev.stet.facts.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Accounts, loads and what was done about them as JSON. What is in no list of their hottest, or is not due, decides
/// nothing and is left out. Lists are texts of numbers and, last, a function.
final class BudgetJson {
    private BudgetJson() {}

    static JsonText of(Account account, Load load, long at) {
        Stream<Rest> due = account.rests().stream()
                .filter(rest -> rest.resting() && rest.until() <= at)
                .limit(1);
        Stream<Rest> hot = account.rests().stream()
                .filter(rest -> load.hottest().stream()
                        .anyMatch(it -> rest.isOf(it.process(), it.function()) || rest.isOf(it.process(), Rest.ALL)));
        List<String> rests =
                Stream.concat(due, hot).distinct().map(BudgetJson::text).toList();
        return new JsonText()
                .text("of", account.of())
                .number("limit", account.limit())
                .number("over", account.over())
                .number("calm", account.calm())
                .texts("rests", rests);
    }

    static Account readAccount(JsonValue.Fields fields) {
        return new Account(
                fields.text("of").orElseThrow(),
                CaseJson.number(fields, "limit"),
                Math.toIntExact(CaseJson.number(fields, "over")),
                Math.toIntExact(CaseJson.number(fields, "calm")),
                CaseJson.texts(fields, "rests").stream().map(BudgetJson::rest).toList());
    }

    static JsonText of(Load load) {
        List<String> hottest = load.hottest().stream()
                .map(hot -> "%s %d %s".formatted(text(hot.process()), hot.perSecond(), hot.function()))
                .toList();
        return new JsonText().number("perSecond", load.perSecond()).texts("hottest", hottest);
    }

    static Load readLoad(JsonValue.Fields fields) {
        List<Load.Hot> hottest = new ArrayList<>();
        for (String text : CaseJson.texts(fields, "hottest")) {
            String[] parts = text.split(" ", 4);
            hottest.add(new Load.Hot(process(parts), part(parts, 3), Long.parseLong(part(parts, 2))));
        }
        return new Load(CaseJson.number(fields, "perSecond"), hottest);
    }

    static JsonText of(Relief relief) {
        return switch (relief) {
            case Relief.Take(var functions, var why) ->
                new JsonText()
                        .text("decision", "rest")
                        .texts(
                                "functions",
                                functions.stream().map(BudgetJson::text).toList())
                        .text("why", why);
            case Relief.Give(var function, var why) ->
                new JsonText()
                        .text("decision", "resume")
                        .text("function", text(function))
                        .text("why", why);
        };
    }

    private static String text(Rest rest) {
        return "%s %d %d %d %s %s"
                .formatted(
                        text(rest.process()),
                        rest.perSecond(),
                        rest.until(),
                        rest.times(),
                        rest.resting() ? "resting" : "back",
                        rest.function());
    }

    private static Rest rest(String text) {
        String[] parts = text.split(" ", 7);
        return new Rest(
                process(parts),
                part(parts, 6),
                Long.parseLong(part(parts, 2)),
                Long.parseLong(part(parts, 3)),
                Integer.parseInt(part(parts, 4)),
                part(parts, 5).equals("resting"));
    }

    private static String text(ProcessIdentity process) {
        return process.pid() + " " + process.startTicks();
    }

    private static ProcessIdentity process(String[] parts) {
        return new ProcessIdentity(Integer.parseInt(part(parts, 0)), Long.parseLong(part(parts, 1)));
    }

    private static String part(String[] parts, int index) {
        if (index >= parts.length) {
            throw new IllegalArgumentException("too short");
        }
        return parts[index];
    }
}
