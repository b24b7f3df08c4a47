package dev.stet.agent.suggest;

import dev.stet.facts.ExitStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How containers ended last, as `kubectl get pods -A -o json` prints it.
public final class Pods {
    private static final Set<String> FIELDS = Set.of(
            "items",
            "metadata",
            "namespace",
            "name",
            "status",
            "containerStatuses",
            "initContainerStatuses",
            "ephemeralContainerStatuses",
            "restartCount",
            "containerID",
            "lastState",
            "state",
            "terminated",
            "exitCode",
            "signal",
            "reason",
            "finishedAt");
    private static final Pattern ID = Pattern.compile("(?:[a-z0-9-]{1,32}://)?([0-9a-f]{64})");

    private Pods() {}

    public static Reading read(String place, byte[] bytes) {
        return Reading.attempt(place, bytes, all -> {
            ForeignValue.Fields list = ForeignJson.read(all, 0, all.length, FIELDS);
            if (!list.values().containsKey("items") && !list.values().containsKey("status")) {
                throw new MalformedEvidenceException("it has no items; it takes what kubectl get pods -o json prints");
            }
            Reading.Gathered gathered = new Reading.Gathered(place);
            for (ForeignValue.Fields pod : list.values().containsKey("items") ? list.objects("items") : List.of(list)) {
                for (Finding finding : findings(place, pod)) {
                    if (gathered.add(finding)) {
                        return gathered.reading();
                    }
                }
            }
            return gathered.reading();
        });
    }

    private static List<Finding> findings(String place, ForeignValue.Fields pod) {
        ForeignValue.Fields metadata = pod.fields("metadata");
        String name = metadata.text("namespace").orElse("default") + "/"
                + metadata.text("name").orElse("?");
        List<Finding> findings = new ArrayList<>();
        for (String kind : List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")) {
            for (ForeignValue.Fields container : pod.fields("status").objects(kind)) {
                for (String state : List.of("lastState", "state")) {
                    finding(place, name, container, container.fields(state).fields("terminated"))
                            .ifPresent(findings::add);
                }
            }
        }
        return findings;
    }

    private static Optional<Finding> finding(
            String place, String pod, ForeignValue.Fields container, ForeignValue.Fields ended) {
        Optional<ExitStatus> status = status(ended).filter(how -> !how.isWell());
        String reason = ended.text("reason").orElse("");
        if (status.isEmpty() || reason.equals("OOMKilled")) {
            return Optional.empty();
        }
        String label = "container " + container.text("name").orElse("?") + " of pod " + pod;
        Clue clue = Clue.of(label).withContainer(container.text("containerID").flatMap(Pods::id));
        String evidence = "%s ended by %s%s, restarted %d times"
                .formatted(
                        label,
                        status.get(),
                        reason.isEmpty() ? "" : " (" + reason + ")",
                        container.number("restartCount").orElse(0L));
        return Optional.of(new Finding(
                Source.POD,
                place,
                clue,
                status.get().toString(),
                ended.text("finishedAt").flatMap(Pods::time),
                evidence));
    }

    /// A run time tells of a signal by 128 more than its number, as shells do, or in a field of its own.
    private static Optional<ExitStatus> status(ForeignValue.Fields ended) {
        Optional<Long> code = ended.number("exitCode").filter(number -> number >= 0 && number <= 255);
        Optional<Long> signal = ended.number("signal")
                .or(() -> code.filter(number -> number > 128).map(number -> number - 128))
                .filter(number -> number >= 1 && number <= 64);
        return signal.<ExitStatus>map(number -> new ExitStatus.Killed(number.intValue(), false))
                .or(() -> code.map(number -> new ExitStatus.Exited(number.intValue())));
    }

    static Optional<String> id(String text) {
        Matcher matcher = ID.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
