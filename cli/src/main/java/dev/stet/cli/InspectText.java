package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.binary.Code;
import dev.stet.binary.DebugInfo;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Linkage;
import dev.stet.binary.Names;
import dev.stet.binary.Signature;
import dev.stet.facts.Fact;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is known of a binary, for a person: a name and a value a line.
final class InspectText {
    private static final int NAME_WIDTH = 14;

    /// Of lists that may be long, so many are shown here; `--list` shows all.
    private static final int SHOWN = 8;

    private final Output output;

    InspectText(Output output) {
        this.output = output;
    }

    void print(Inspection it) {
        row("file", "%s  %,d bytes, %s".formatted(SafeText.plain(it.path()), it.size(), Inspection.name(it.machine())));
        row("kind", text(it.linkage(), InspectText::kind));
        row("build ID", text(it.buildId(), Object::toString));
        row("language", text(it.origin(), origin -> Inspection.name(origin.language())));
        it.origin().known().ifPresent(origin -> {
            origin.evidence().forEach(found -> detail("  " + found));
            list("compilers", origin.compilers());
            list("run time", origin.runtimes());
        });
        it.linkage().known().ifPresent(linkage -> list("needs", linkage.needed()));
        it.goBuild().known().ifPresent(this::go);
        row("debug info", text(it.debugInfo(), InspectText::debugInfo));
        row("functions", text(it.functions(), count -> "%,d%s".formatted(count, count == 0 ? ": stripped" : "")));
        row("USDT probes", text(it.usdt(), probes -> probes.isEmpty() ? "none" : "%,d".formatted(probes.size())));
        it.usdt()
                .known()
                .ifPresent(probes -> probes.stream()
                        .map(probe -> probe.provider() + ":" + probe.name())
                        .distinct()
                        .limit(SHOWN)
                        .forEach(probe -> detail("  " + probe)));
        row("hazards", text(it.hazards(), hazards -> hazards.isEmpty() ? "none found" : ""));
        it.hazards()
                .known()
                .ifPresent(hazards -> hazards.forEach(hazard -> {
                    StringBuilder line = new StringBuilder("  ");
                    CallText.pad(line, Json.lower(hazard.kind()).replace('_', ' '), 20, false);
                    output.line(output.yellow(line.toString()) + SafeText.plain(String.join(", ", hazard.evidence())));
                }));
    }

    private void go(GoBuild go) {
        row("Go program", SafeText.plain(go.path() + " built by " + go.toolchain()));
        go.main().ifPresent(main -> row("  module", SafeText.plain(main.path() + " " + main.version())));
        row("  modules", "%,d dependencies".formatted(go.dependencies().size()));
        row(
                "  settings",
                SafeText.plain(go.settings().stream()
                        .map(setting -> setting.key() + "=" + setting.value())
                        .collect(Collectors.joining(" "))));
    }

    private static String kind(Linkage linkage) {
        StringBuilder text = new StringBuilder(Json.lower(linkage.kind()).replace('_', ' '));
        linkage.soname().ifPresent(name -> text.append(" ").append(name));
        linkage.interpreter().ifPresent(name -> text.append(", started by ").append(name));
        return text.toString();
    }

    static String debugInfo(DebugInfo info) {
        return switch (info) {
            case DebugInfo.Present it ->
                "DWARF %d%s, in %s"
                        .formatted(it.version(), it.producer().isEmpty() ? "" : " by " + it.producer(), it.file());
            case DebugInfo.Split it -> "DWARF %d, split into other files: %s".formatted(it.version(), it.file());
            case DebugInfo.Missing it -> "none: " + it.why();
        };
    }

    void print(Inspection.OfFunction it) {
        Function function = it.function();
        String readable = Names.demangle(function.name()).orElse(function.name());
        row("function", output.bold(SafeText.plain(readable)));
        if (!readable.equals(function.name())) {
            row("  mangled", SafeText.plain(function.name()));
        }
        row(
                "place",
                "address 0x%x, file offset 0x%x, %,d bytes"
                        .formatted(function.virtualAddress(), function.fileOffset(), function.size()));
        row("signature", text(it.signature(), signature -> signature(readable, signature), "not known: no debug info"));
        it.signature().known().ifPresent(this::parameters);
        row("entry", entry(it));
        row("exits", text(it.exits(), InspectText::exits));
        if (it.exits().known().orElse(null) instanceof Exits.Sites sites) {
            sites.sites().forEach(exit -> place(function, exit.fileOffset(), exit(exit)));
            sites.unseen().forEach(unseen -> place(function, unseen.fileOffset(), "not seen: it " + unseen.why()));
        }
        row("code", text(it.code(), InspectText::code));
        if (it.code().known().orElse(null) instanceof Code.Instructions code) {
            code.offsets()
                    .filter(at -> code.refusal(at).isPresent())
                    .limit(SHOWN)
                    .forEach(at ->
                            detail("  +0x%x  %s".formatted(at, code.refusal(at).orElse(""))));
        }
        row("inlined", text(it.inlined(), inlined -> inlined.isEmpty() ? "nowhere" : places(inlined.size())));
        it.inlined()
                .known()
                .ifPresent(inlined -> inlined.stream()
                        .limit(SHOWN)
                        .forEach(place -> detail("  0x%x in %s"
                                .formatted(
                                        place.virtualAddress(),
                                        SafeText.plain(
                                                Names.demangle(place.into().name())
                                                        .orElse(place.into().name()))))));
        row("probes", verdict(it));
        output.line("");
    }

    private void place(Function function, long fileOffset, String what) {
        long within = fileOffset - function.fileOffset();
        boolean inside = within >= 0 && within < function.size();
        detail("  " + (inside ? "+0x%x".formatted(within) : "file offset 0x%x".formatted(fileOffset)) + "  " + what);
    }

    private static String exit(Exit exit) {
        String kind = Json.lower(exit.kind()).replace('_', ' ');
        return exit.isCertain() ? kind : kind + ": not always taken";
    }

    private static String places(int count) {
        return "in %,d place%s, where no probe sees a call".formatted(count, count == 1 ? "" : "s");
    }

    private static String signature(String name, Signature signature) {
        String parameters = signature.parameters().stream()
                .map(parameter -> (parameter.name() + " " + TypeText.of(parameter.type())).strip())
                .collect(Collectors.joining(", "));
        String results = signature.results().stream()
                .map(result -> TypeText.of(result.type()))
                .collect(Collectors.joining(", "));
        int arguments = name.endsWith(")") ? name.indexOf('(') : -1;
        return SafeText.plain((arguments > 0 ? name.substring(0, arguments) : name)
                + "("
                + parameters
                + (signature.variadic() ? ", ..." : "")
                + ")"
                + (results.isEmpty() ? "" : " -> " + results)
                + (signature.source().isEmpty() ? "" : "   " + signature.source()));
    }

    private void parameters(Signature signature) {
        List<List<String>> rows = new ArrayList<>();
        signature
                .parameters()
                .forEach(it -> rows.add(List.of(it.name(), TypeText.of(it.type()), TypeText.of(it.location()))));
        signature
                .results()
                .forEach(
                        it -> rows.add(List.of("-> " + it.name(), TypeText.of(it.type()), TypeText.of(it.location()))));
        Table.print(output, "  ", rows);
    }

    private static String entry(Inspection.OfFunction it) {
        return text(it.entryRefusal(), why -> "its first instruction " + why, text(it.entryOffset(), at -> {
            long within = at - it.function().fileOffset();
            return within == 0
                    ? "at its first instruction"
                    : "at +0x%x, behind the check of the stack's size, or a nop".formatted(within);
        }));
    }

    private static String exits(Exits exits) {
        return switch (exits) {
            case Exits.Sites it when it.sites().isEmpty() && it.isComplete() -> "none: it does not return";
            case Exits.Sites it ->
                it.sites().size()
                        + (it.isComplete() ? "" : ", and perhaps " + it.unseen().size() + " more");
            case Exits.Unknown it -> "not known: " + it.why();
        };
    }

    private static String code(Code code) {
        return switch (code) {
            case Code.Unknown it -> "not known: " + it.why();
            case Code.Instructions it -> {
                long refused =
                        it.offsets().filter(at -> it.refusal(at).isPresent()).count();
                yield "%,d instructions, %,d of which cannot be probed; %s"
                        .formatted(
                                it.offsets().count(),
                                refused,
                                it.frame().usesRedZone()
                                        ? "uses memory below the stack pointer"
                                        : "no red zone in use");
            }
        };
    }

    private static String verdict(Inspection.OfFunction it) {
        if (it.entryRefusal() instanceof Fact.Known<String>(String why)) {
            return "no: its first instruction " + why;
        }
        return it.exits().known().orElse(null) instanceof Exits.Sites ? "entry and exits" : "entry only";
    }

    private void list(String name, List<String> values) {
        if (!values.isEmpty()) {
            row(name, SafeText.plain(String.join(", ", values)));
        }
    }

    private void row(String name, String value) {
        StringBuilder line = new StringBuilder();
        CallText.pad(line, name, NAME_WIDTH, false);
        output.line(line.append(value).toString().stripTrailing());
    }

    private void detail(String text) {
        output.line(" ".repeat(NAME_WIDTH - 2) + output.dim(SafeText.plain(text)));
    }

    private static <T> String text(Fact<T> fact, java.util.function.Function<T, String> show) {
        return text(fact, show, "none");
    }

    private static <T> String text(Fact<T> fact, java.util.function.Function<T, String> show, String absent) {
        return switch (fact) {
            case Fact.Known<T> known -> show.apply(known.value());
            case Fact.Absent<T> _ -> absent;
            case Fact.NotRead<T> _ -> absent;
            case Fact.Unreadable<T> unreadable -> "refused: " + SafeText.plain(unreadable.why());
        };
    }
}
