package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.binary.Code;
import dev.stet.binary.DebugInfo;
import dev.stet.binary.Exits;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Location;
import dev.stet.binary.Signature;
import dev.stet.facts.Fact;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// What is known of a binary, for a program. `docs/json.md` describes it.
final class InspectJson {
    private final Json json;

    /// What was refused, by the name of the member that is missing for it.
    private final Map<String, String> refused = new TreeMap<>();

    private InspectJson(StringBuilder out) {
        json = Json.object(out);
    }

    static CharSequence of(Inspection it) {
        StringBuilder out = new StringBuilder();
        new InspectJson(out).write(it);
        return out;
    }

    static CharSequence of(Inspection.OfFunction it) {
        StringBuilder out = new StringBuilder();
        new InspectJson(out).write(it);
        return out;
    }

    private void write(Inspection it) {
        json.text("file", it.path()).number("size", it.size()).text("machine", Inspection.name(it.machine()));
        put("kind", it.linkage(), (name, linkage) -> {
            json.text("kind", Json.lower(linkage.kind()));
            linkage.interpreter().ifPresent(text -> json.text("interpreter", text));
            linkage.soname().ifPresent(text -> json.text("soname", text));
            json.texts("needed", linkage.needed());
        });
        put("buildId", it.buildId(), (name, id) -> json.text(name, id.hex()));
        put(
                "language",
                it.origin(),
                (name, origin) -> json.text(name, Json.lower(origin.language()))
                        .texts("compilers", origin.compilers())
                        .texts("runtimes", origin.runtimes())
                        .texts("evidence", origin.evidence()));
        put("go", it.goBuild(), (name, go) -> write(json.object(name), go));
        put("debugInfo", it.debugInfo(), (name, info) -> write(json.object(name), info));
        put("functions", it.functions(), (name, count) -> json.number(name, count));
        put(
                "hazards",
                it.hazards(),
                (name, hazards) -> json.objects(
                        name,
                        hazards,
                        (each, hazard) ->
                                each.text("kind", Json.lower(hazard.kind())).texts("evidence", hazard.evidence())));
        put("usdt", it.usdt(), (name, probes) -> json.objects(name, probes, Listings::write));
        put("notes", it.notes(), (name, notes) -> json.objects(name, notes, Listings::write));
        end();
    }

    private static void write(Json json, GoBuild go) {
        json.text("toolchain", go.toolchain()).text("path", go.path());
        go.main().ifPresent(main -> Listings.write(json.object("module"), main).end());
        json.objects("dependencies", go.dependencies(), Listings::write);
        json.objects("settings", go.settings(), Listings::write);
        json.end();
    }

    private static void write(Json json, DebugInfo info) {
        switch (info) {
            case DebugInfo.Present(int version, String producer, String file) ->
                json.text("state", "present")
                        .number("version", version)
                        .text("producer", producer)
                        .text("file", file);
            case DebugInfo.Split(int version, String file) ->
                json.text("state", "split").number("version", version).text("file", file);
            case DebugInfo.Missing(String why) -> json.text("state", "missing").text("why", why);
        }
        json.end();
    }

    private void write(Inspection.OfFunction it) {
        Function function = it.function();
        Listings.write(json, function);
        put("signature", it.signature(), (name, signature) -> write(json.object(name), signature));
        put("entry", it.entryOffset(), (name, at) -> json.number(name, at));
        it.entryRefusal().known().ifPresent(why -> json.text("entryRefusal", why));
        put("exits", it.exits(), (name, exits) -> {
            switch (exits) {
                case Exits.Sites sites ->
                    json.objects(
                                    name,
                                    sites.sites(),
                                    (each, exit) -> each.number("fileOffset", exit.fileOffset())
                                            .text("kind", Json.lower(exit.kind())))
                            .objects(
                                    "exitsUnseen",
                                    sites.unseen(),
                                    (each, unseen) -> each.number("fileOffset", unseen.fileOffset())
                                            .text("why", unseen.why()));
                case Exits.Unknown unknown -> json.nothing(name).text("exitsUnknown", unknown.why());
            }
        });
        put("code", it.code(), this::write);
        put(
                "inlined",
                it.inlined(),
                (name, places) -> json.objects(
                        name,
                        places,
                        (each, place) -> each.text("into", place.into().name())
                                .number("virtualAddress", place.virtualAddress())));
        end();
    }

    private void write(String name, Code code) {
        switch (code) {
            case Code.Unknown(String why) -> json.nothing(name).text("codeUnknown", why);
            case Code.Instructions it -> {
                Json inner = json.object(name).bool("redZone", it.frame().usesRedZone());
                inner.objects("instructions", it.offsets().boxed().toList(), (each, at) -> {
                    each.number("offset", at).number("length", it.length(at).orElse(0));
                    it.refusal(at).ifPresent(why -> each.text("refusal", why));
                });
                inner.end();
            }
        }
    }

    private static void write(Json json, Signature signature) {
        json.objects("parameters", signature.parameters(), InspectJson::write)
                .objects("results", signature.results(), InspectJson::write)
                .bool("variadic", signature.variadic())
                .text("source", signature.source())
                .end();
    }

    private static void write(Json json, Signature.Parameter parameter) {
        json.text("name", parameter.name()).text("type", TypeText.of(parameter.type()));
        List<Location.Piece> pieces = new ArrayList<>();
        if (parameter.location() instanceof Location.Pieces(var several)) {
            pieces.addAll(several);
        } else {
            pieces.add(new Location.Piece(parameter.location(), 0, -1));
        }
        json.objects("location", pieces, InspectJson::write);
    }

    private static void write(Json json, Location.Piece piece) {
        switch (piece.location()) {
            case Location.Register(String name, var ignored) -> json.text("register", name);
            case Location.Memory(var base, long offset) ->
                json.text("base", base.name()).number("offset", offset);
            case Location.Indirect(var pointer) -> json.text("pointer", TypeText.of(pointer));
            case Location.Constant(long value) -> json.number("constant", value);
            case Location.Absent(String why) -> json.text("absent", why);
            case Location.Unknown(String why) -> json.text("unknown", why);
            case Location.Pieces inner -> json.text("unknown", TypeText.of(inner));
        }
        if (piece.size() >= 0) {
            json.number("at", piece.offset()).number("size", piece.size());
        }
    }

    private <T> void put(String name, Fact<T> fact, BiConsumer<String, T> write) {
        switch (fact) {
            case Fact.Known<T>(T value) -> write.accept(name, value);
            case Fact.Absent<T> ignored -> {}
            case Fact.NotRead<T> ignored -> {}
            case Fact.Unreadable<T>(String why) -> refused.put(name, why);
        }
    }

    private void end() {
        json.objects(
                "refused",
                refused.entrySet(),
                (each, entry) -> each.text("what", entry.getKey()).text("why", entry.getValue()));
        json.end();
    }
}
