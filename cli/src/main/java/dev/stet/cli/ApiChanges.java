package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditEntry;
import dev.stet.agent.audit.AuditFile;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.Who;
import dev.stet.policy.Exemption;
import dev.stet.policy.ExemptionText;
import dev.stet.policy.Policy;
import dev.stet.service.http.Answer;
import dev.stet.service.http.Asked;
import dev.stet.service.node.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the API changes: it writes the same files as the verbs of the command line do, by the same
/// rules. The agent notices them as it notices any other change.
final class ApiChanges implements Service.Changes {
    private static final int MAX_NAME = 63;

    private final PolicyDirectory directory;
    private final Optional<StateDirectory> kept;

    /// @param kept the agent's state; without one, nothing can be changed
    ApiChanges(PolicyDirectory directory, Optional<StateDirectory> kept) {
        this.directory = directory;
        this.kept = kept;
    }

    @Override
    public Optional<Answer> change(Asked asked) throws IOException {
        if (kept.isEmpty()) {
            return Optional.of(Answer.problem(503, "no-state", "the agent has no state directory"));
        }
        try {
            if (asked.is("POST", "exemptions")) {
                return Optional.of(add(asked));
            }
            if (asked.is("DELETE", "exemptions", "*")) {
                return Optional.of(end(asked.path().get(1), asked));
            }
            return Optional.empty();
        } catch (Failure e) {
            return Optional.of(problem(e));
        }
    }

    private static Answer problem(Failure e) {
        return switch (e.exitCode()) {
            case ExitCode.BAD_DATA, ExitCode.USAGE -> Answer.problem(422, "wrong-policy", e.getMessage());
            case ExitCode.NO_INPUT -> Answer.problem(404, "not-found", e.getMessage());
            case ExitCode.NOTHING -> Answer.problem(409, "refused", e.getMessage());
            // Of an exit code there are more than of anything that can happen here.
            default -> Answer.problem(500, "failed", e.getMessage());
        };
    }

    /// The body is a file of policy with one exemption, whose name is the file's.
    private Answer add(Asked asked) throws IOException {
        String name = asked.parameter("name").orElse("");
        if (name.length() > MAX_NAME || !name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
            return Answer.problem(400, "wrong-name", "?name= takes 1 to 63 lower-case letters, digits and '-'");
        }
        PolicyEdit edit = new PolicyEdit(directory, kept.orElseThrow());
        Path file = directory.path().resolve(name + ".yaml");
        Policy after = edit.check(file, asked.body());
        Optional<Exemption> rule = after.written().stream()
                .filter(each -> each.name().equals(name) && each.file().equals(file.toString()))
                .findFirst();
        if (rule.isEmpty()) {
            return Answer.problem(422, "wrong-policy", "the body is to be one ProbeExemption of the name " + name);
        }
        edit.create(file, asked.body());
        audit("add", rule.get(), asked);
        return Answer.json(201, json -> json.text("added", name).text("file", file.toString()));
    }

    private Answer end(String name, Asked asked) throws IOException {
        PolicyEdit edit = new PolicyEdit(directory, kept.orElseThrow());
        Exemption rule = edit.rule(name);
        Path file = Path.of(rule.file());
        String after = ExemptEndCommand.edited(ExemptionText.remove(edit.text(rule.file()), name), file);
        edit.replace(file, after);
        audit("end", rule, asked);
        return Answer.json(
                200,
                json -> json.text("ended", name).text("file", file.toString()).bool("fileRemoved", after.isEmpty()));
    }

    private void audit(String verb, Exemption rule, Asked asked) throws IOException {
        AuditEntry entry = new AuditEntry(
                Instant.now(),
                "exempt-" + verb,
                rule.reason(),
                Optional.of(rule.name()),
                Optional.of(Path.of(rule.file()).toAbsolutePath()),
                new JsonText()
                        .text("ruleOwner", rule.owner())
                        .text("ticket", rule.ticket())
                        .text("expires", rule.expires().map(Object::toString)));
        Who agent = Person.who("stet run");
        Who who = new Who(
                agent.uid(),
                asked.caller().who(),
                Optional.empty(),
                agent.pid(),
                "API: " + asked.method() + " /v1/" + String.join("/", asked.path()));
        new AuditFile(kept.orElseThrow().auditLog()).append(List.of(entry), who);
    }
}
