package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Names;
import dev.stet.binary.Note;
import dev.stet.binary.UsdtProbe;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// `stet inspect --list`: all of one kind, a line each.
final class Listings {
    private final Executable binary;
    private final Output output;
    private final boolean json;

    Listings(Executable binary, Output output, boolean json) {
        this.binary = binary;
        this.output = output;
        this.json = json;
    }

    void print(InspectCommand.Listing what, Predicate<String> name) throws BinaryException {
        switch (what) {
            case FUNCTIONS -> functions(name);
            case USDT ->
                rows(
                        filtered(binary.usdt(), it -> it.provider() + ":" + it.name(), name),
                        Listings::write,
                        Listings::cells);
            case MODULES ->
                rows(
                        filtered(
                                binary.goBuild().map(GoBuild::dependencies).orElse(List.of()),
                                GoBuild.Module::path,
                                name),
                        Listings::write,
                        Listings::cells);
            case SETTINGS ->
                rows(
                        filtered(binary.goBuild().map(GoBuild::settings).orElse(List.of()), GoBuild.Setting::key, name),
                        Listings::write,
                        it -> List.of(it.key(), it.value()));
            case NOTES ->
                rows(
                        filtered(binary.notes(), Note::owner, name),
                        Listings::write,
                        it -> List.of(it.owner(), "type " + it.type(), it.size() + " bytes"));
        }
        output.flush();
    }

    /// As they come: there may be a million.
    private void functions(Predicate<String> name) throws BinaryException {
        if (!json) {
            output.line(output.dim("%-18s %-12s %9s  %s".formatted("ADDRESS", "FILE OFFSET", "SIZE", "NAME")));
        }
        binary.functions().forEach(symbol -> {
            Function function = symbol.function();
            String readable = Names.demangle(function.name()).orElse(function.name());
            if (!name.test(function.name()) && !name.test(readable)) {
                return;
            }
            StringBuilder line = new StringBuilder();
            if (json) {
                Json object = write(Json.object(line), function).text("kind", Json.lower(symbol.kind()));
                symbol.version().ifPresent(version -> object.text("version", version));
                object.end();
            } else {
                CallText.pad(line, "0x" + Long.toHexString(function.virtualAddress()), 19, false);
                CallText.pad(line, "0x" + Long.toHexString(function.fileOffset()), 12, false);
                CallText.pad(line, Long.toString(function.size()), 10, true);
                line.append("  ").append(SafeText.plain(readable));
                symbol.version()
                        .ifPresent(version ->
                                line.append(output.dim(SafeText.plain((symbol.isDefault() ? "@@" : "@") + version))));
                line.append(
                        switch (symbol.kind()) {
                            case FUNCTION -> "";
                            case RESOLVER -> output.dim("  (resolver)");
                            case LABEL -> output.dim("  (label)");
                        });
            }
            output.line(line);
        });
    }

    private static <T> List<T> filtered(
            List<T> all, java.util.function.Function<T, String> named, Predicate<String> name) {
        return all.stream().filter(it -> name.test(named.apply(it))).toList();
    }

    private <T> void rows(List<T> all, BiConsumer<Json, T> write, java.util.function.Function<T, List<String>> cells) {
        if (json) {
            for (T it : all) {
                StringBuilder line = new StringBuilder();
                Json object = Json.object(line);
                write.accept(object, it);
                object.end();
                output.line(line);
            }
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        all.forEach(it -> rows.add(cells.apply(it)));
        Table.print(output, "", rows);
    }

    private static List<String> cells(UsdtProbe it) {
        List<String> arguments = it.arguments().stream()
                .map(argument -> Json.lower(argument.kind()) + " " + argument.size() + "@" + argument.expression())
                .toList();
        return List.of(
                it.provider() + ":" + it.name(),
                "0x" + Long.toHexString(it.virtualAddress()),
                it.semaphoreOffset().isPresent()
                        ? "semaphore 0x" + Long.toHexString(it.semaphoreOffset().getAsLong())
                        : "",
                String.join(" ", arguments));
    }

    private static List<String> cells(GoBuild.Module it) {
        return List.of(
                it.path(),
                it.version(),
                it.replacement()
                        .map(by -> "=> " + by.path() + " " + by.version())
                        .orElse(""));
    }

    static Json write(Json json, Function function) {
        json.text("name", function.name());
        Names.demangle(function.name()).ifPresent(readable -> json.text("demangled", readable));
        return json.number("virtualAddress", function.virtualAddress())
                .number("fileOffset", function.fileOffset())
                .number("size", function.size());
    }

    static void write(Json json, Note it) {
        json.text("owner", it.owner()).number("type", it.type()).number("size", it.size());
    }

    static Json write(Json json, GoBuild.Module it) {
        json.text("path", it.path()).text("version", it.version()).text("sum", it.sum());
        it.replacement().ifPresent(by -> write(json.object("replacement"), by).end());
        return json;
    }

    static void write(Json json, GoBuild.Setting it) {
        json.text("key", it.key()).text("value", it.value());
    }

    static void write(Json json, UsdtProbe it) {
        json.text("provider", it.provider())
                .text("name", it.name())
                .number("virtualAddress", it.virtualAddress())
                .number("fileOffset", it.fileOffset());
        it.semaphoreOffset().ifPresent(at -> json.number("semaphoreOffset", at));
        json.objects(
                "arguments",
                it.arguments(),
                (each, argument) -> each.number("size", argument.size())
                        .text("kind", Json.lower(argument.kind()))
                        .text("expression", argument.expression()));
    }
}
