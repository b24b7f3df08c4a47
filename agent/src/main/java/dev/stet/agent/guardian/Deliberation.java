package dev.stet.agent.guardian;

import dev.stet.agent.audit.JsonReader;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.audit.MalformedRecordException;
import java.time.Instant;
import java.util.Optional;

/// A decision with everything that it was made of: enough to make it again.
///
/// @param at when
/// @param before what was known
/// @param ending what happened; empty if only time had gone by
/// @param decision what was decided
public record Deliberation(Instant at, Case before, Optional<Ending> ending, Decision decision) {
    /// As JSON on one line.
    public String json() {
        JsonText json = new JsonText().text("at", at.toString()).object("before", CaseJson.of(before));
        ending.ifPresent(what -> json.object("ending", CaseJson.of(what)));
        return json.object("decided", CaseJson.of(decision)).toString();
    }

    /// What a line of a record says was decided.
    ///
    /// @throws MalformedRecordException if the line is none of ours
    public static Noted note(String line) throws MalformedRecordException {
        return CaseJson.readNoted(JsonReader.read(line));
    }

    /// A line of a record, decided again.
    ///
    /// @param at when it was decided
    /// @param about which program, process or machine
    /// @param recorded the decision as it was recorded, in JSON
    /// @param again the decision as it is made now
    public record Replayed(Instant at, String about, String recorded, String again) {
        public boolean isSame() {
            return recorded.equals(again);
        }
    }

    /// Decides again.
    ///
    /// @throws MalformedRecordException if the line is none of ours
    public static Replayed replay(String line) throws MalformedRecordException {
        JsonValue.Fields fields = JsonReader.read(line);
        return CaseJson.parsed(() -> {
            Instant at = Instant.parse(fields.text("at").orElseThrow());
            int decided = line.lastIndexOf(DECIDED);
            if (decided < 0) {
                throw new MalformedRecordException("it has no decision");
            }
            String recorded = line.substring(decided + DECIDED.length(), line.length() - 1);
            if (Weighing.isOne(fields)) {
                Weighing.Again again = Weighing.again(fields);
                return new Replayed(at, again.about(), recorded, again.decided());
            }
            Case before = CaseJson.readCase(fields.fields("before"));
            Guardian.Step step = fields.values().containsKey("ending")
                    ? Guardian.ended(before, CaseJson.readEnding(fields.fields("ending")))
                    : Guardian.look(before, at);
            String again =
                    step.decision().map(CaseJson::of).map(Object::toString).orElse("nothing");
            return new Replayed(at, before.build().exe(), recorded, again);
        });
    }

    private static final String DECIDED = ",\"decided\":";
}
