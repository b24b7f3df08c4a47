package dev.stet.service.config;

import dev.stet.service.otlp.OtlpSettings;
import dev.stet.service.store.FileSettings;
import dev.stet.service.store.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything that can be set, in the order in which it is shown.
public final class Settings {
    private static final List<Setting> ALL = List.of(
            Setting.fixed(
                    "policy", Form.PLACE, "/etc/stet/policy.d", "Exemptions: a directory of *.yaml files, watched."),
            Setting.fixed(
                    "state",
                    Form.PATH,
                    "/var/lib/stet",
                    "Where the last good policy, the rules' history, quarantines and the audit log are kept."),
            Setting.fixed(
                    "packs",
                    Form.PATH,
                    "off",
                    "Packs of one's own, beside the built-in ones or in their stead: a directory, watched."),
            Setting.fixed("exe", Form.TEXT, "", "Look only at programs whose path matches this glob; empty: at all."),
            Setting.fixed(
                    "payload",
                    Form.SWITCH,
                    "false",
                    "Take contents of messages as well: what packs have under 'payload'. Still redacted."),
            Setting.fixed(
                    "redact",
                    Form.oneOf("on", "off"),
                    "on",
                    "Take passwords, tokens, card numbers and the like out of values."),
            Setting.fixed("redact-name", Form.TEXT, "", "Redact values of this name as well.")
                    .asList(),
            Setting.fixed("redact-except", Form.TEXT, "", "Do not redact values for having this name.")
                    .asList(),
            Setting.fixed(
                    "perf-events",
                    Form.SWITCH,
                    "false",
                    "Attach by perf events, as on kernels before 6.6: slower, few breakpoints."),
            Setting.fixed(
                    "strict",
                    Form.SWITCH,
                    "false",
                    "Hold a probed process that runs another program until its probes are off, for half a second at most."),
            Setting.fixed(
                    "output",
                    Form.oneOf("text", "json", "none"),
                    "text",
                    "How calls and events are printed; none: events only, as text, as a service's log has them."),
            Setting.live(
                    "budget",
                    Form.PERCENT,
                    "25",
                    "The most of one CPU's time that probes may take from one process whose tier does not say: the hottest"
                            + " functions rest when it is more. 0: any."),
            Setting.live(
                    "machine-budget", Form.PERCENT, "25", "The same for all processes together, of all CPUs' time."),
            Setting.live(
                    "store.keep",
                    Form.SWITCH,
                    "true",
                    "Keep calls, events, verdicts and exits in the state directory, for stet query."),
            Setting.live(
                    "store.max-size",
                    Form.SIZE,
                    "256MiB",
                    "What they may take on the disk, 8MiB at least; the oldest go first."),
            Setting.live("store.max-age", Form.TIME, "7d", "How old they may become, 1m at least."),
            Setting.live(
                    "store.calls-per-second",
                    Form.number(0, StoreSettings.MAX_CALLS_PER_SECOND),
                    "100",
                    "So many calls are kept with their values; all are counted, by function and minute."),
            Setting.live(
                    "file.path", Form.PATH, "off", "Write every call and event to this file, a line of JSON each."),
            Setting.live(
                    "file.max-size",
                    Form.SIZE,
                    "64MiB",
                    "So large it is renamed to FILE.1, and begun anew; 64KiB at least."),
            Setting.live("file.keep", Form.number(0, FileSettings.MAX_KEPT), "4", "So many renamed ones stay."),
            Setting.live(
                    "otlp.endpoint",
                    Form.URL,
                    "off",
                    "Send to this OpenTelemetry receiver, by HTTP: http://collector:4318. Off: where"
                            + " OTEL_EXPORTER_OTLP_ENDPOINT says, if anywhere."),
            Setting.live("otlp.traces", Form.SWITCH, "true", "Send calls as spans."),
            Setting.live("otlp.logs", Form.SWITCH, "true", "Send events as log records."),
            Setting.live("otlp.metrics", Form.SWITCH, "true", "Send the agent's metrics."),
            Setting.live(
                    "otlp.spans",
                    Form.TEXT,
                    "http.*,db.*,rpc.*,dns.*",
                    "Kinds of calls that are spans, with commas between them."),
            Setting.live(
                    "otlp.spans-per-second",
                    Form.number(0, OtlpSettings.MAX_SPANS_PER_SECOND),
                    "200",
                    "So many spans at most; what is more is dropped and counted."),
            Setting.live(
                    "api.socket",
                    Form.PATH,
                    "/run/stet/stet.sock",
                    "Where stet status and the others ask: a Unix socket for root and the group."),
            Setting.live("api.group", Form.TEXT, "stet", "The group that may use it, besides root."),
            Setting.live(
                    "api.read-socket",
                    Form.PATH,
                    "off",
                    "Another, by which everybody on this machine may see everything that Stet sees."),
            Setting.live("api.listen", Form.ADDRESS, "off", "The API over the network, with TLS and tokens."),
            Setting.live("api.certificate", Form.PATH, "off", "Its certificate and those that signed it, PEM."),
            Setting.live("api.key", Form.PATH, "off", "Its key, PEM (PKCS #8)."),
            Setting.live("api.tokens", Form.PLACE, "/etc/stet/tokens", "Who may ask: see stet token."),
            Setting.live("api.host", Form.TEXT, "", "A name by which it may be asked for, besides its address.")
                    .asList());

    private Settings() {}

    /// All.
    public static List<Setting> all() {
        return ALL;
    }

    /// The one of this name.
    public static Optional<Setting> find(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// Names of those in a group, `api`, without it; or of those in none.
    static List<String> inGroup(String group) {
        List<String> names = new ArrayList<>();
        for (Setting each : ALL) {
            int dot = each.name().indexOf('.');
            String of = dot < 0 ? "" : each.name().substring(0, dot);
            if (of.equals(group)) {
                names.add(each.name().substring(dot + 1));
            }
        }
        return names;
    }

    /// Names of the groups.
    static List<String> groups() {
        return ALL.stream()
                .map(Setting::name)
                .filter(name -> name.contains("."))
                .map(name -> name.substring(0, name.indexOf('.')))
                .distinct()
                .toList();
    }
}
