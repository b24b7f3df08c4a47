package dev.stet.agent.suggest;

import dev.stet.facts.BuildId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Alerts as Alertmanager posts them to a webhook. Which program one is about is said by its labels, if at all:
///
/// ```
/// build_id  exe  comm | groupname | process | program  pid  container_id | id  signal  exit_code
/// ```
///
/// `id` is a control group's path, as cAdvisor has it, `groupname` a program's name, as process-exporter has it.
public final class Alerts {
    private static final Set<String> FIELDS = Set.of(
            "alerts",
            "status",
            "startsAt",
            "labels",
            "annotations",
            "alertname",
            "summary",
            "description",
            "namespace",
            "pod",
            "container",
            "instance",
            "build_id",
            "exe",
            "comm",
            "groupname",
            "process",
            "program",
            "pid",
            "container_id",
            "id",
            "signal",
            "exit_code");
    private static final Pattern CONTAINER = Pattern.compile("([0-9a-f]{64})(?:\\.scope)?$");

    private Alerts() {}

    public static Reading read(String place, byte[] bytes) {
        return Reading.attempt(place, bytes, all -> {
            ForeignValue.Fields body = ForeignJson.read(all, 0, all.length, FIELDS);
            if (!(body.values().get("alerts") instanceof ForeignValue.Items)) {
                throw new MalformedEvidenceException("it has no list of alerts, as Alertmanager posts it");
            }
            Reading.Gathered gathered = new Reading.Gathered(place);
            int number = 0;
            for (ForeignValue.Fields alert : body.objects("alerts")) {
                number++;
                boolean over = alert.text("status").orElse("").equals("resolved");
                if (!over && gathered.add(finding(place + " alert " + number, alert))) {
                    break;
                }
            }
            return gathered.reading();
        });
    }

    private static Finding finding(String place, ForeignValue.Fields alert) {
        ForeignValue.Fields labels = alert.fields("labels");
        String name = labels.text("alertname").orElse("alert");
        Optional<String> program = labels.text("comm")
                .or(() -> labels.text("program"))
                .or(() -> labels.text("process"))
                .or(() -> labels.text("groupname"));
        Optional<String> exe = labels.text("exe");
        Optional<String> pod = labels.text("pod")
                .map(it -> "container %s of pod %s/%s"
                        .formatted(
                                labels.text("container").orElse("?"),
                                labels.text("namespace").orElse("default"),
                                it));
        Clue clue = Clue.of(exe.or(() -> program).or(() -> pod).orElse(name))
                .withBuild(labels.text("build_id")
                        .filter(hex -> hex.matches("([0-9a-fA-F]{2}){1," + BuildId.MAX_BYTES + "}"))
                        .map(BuildId::new))
                .withExe(exe)
                .withName(program)
                .withPid(labels.number("pid")
                        .filter(pid -> pid >= 1 && pid <= 1 << 22)
                        .map(pid -> OptionalInt.of(pid.intValue()))
                        .orElse(OptionalInt.empty()))
                .withContainer(labels.text("container_id")
                        .flatMap(Pods::id)
                        .or(() -> labels.text("id").flatMap(Alerts::container)));
        String text = alert.fields("annotations")
                .text("summary")
                .or(() -> alert.fields("annotations").text("description"))
                .map(summary -> ": " + summary)
                .orElse("");
        return new Finding(
                Source.ALERT, place, clue, end(labels), alert.text("startsAt").flatMap(Pods::time), name + text);
    }

    private static Optional<String> container(String cgroup) {
        Matcher matcher = CONTAINER.matcher(cgroup.length() > 4096 ? "" : cgroup);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String end(ForeignValue.Fields labels) {
        Optional<String> signal = labels.text("signal").map(text -> text.toUpperCase(Locale.ROOT));
        Optional<String> code = labels.number("exit_code")
                .filter(number -> number >= 1 && number <= 255)
                .map(number -> "exit " + number);
        return signal.filter(text -> text.matches("SIG[A-Z0-9]{2,6}"))
                .or(() -> code)
                .orElse("");
    }
}
