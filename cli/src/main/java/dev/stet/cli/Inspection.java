package dev.stet.cli;

import dev.stet.agent.BinaryFile;
import dev.stet.agent.json.Json;
import dev.stet.binary.BinaryException;
import dev.stet.binary.Code;
import dev.stet.binary.DebugInfo;
import dev.stet.binary.Executable;
import dev.stet.binary.Exits;
import dev.stet.binary.GoBuild;
import dev.stet.binary.Hazard;
import dev.stet.binary.Inlined;
import dev.stet.binary.Language;
import dev.stet.binary.Linkage;
import dev.stet.binary.Machine;
import dev.stet.binary.Note;
import dev.stet.binary.Origin;
import dev.stet.binary.Signature;
import dev.stet.binary.UsdtProbe;
import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.Function;
import java.util.List;
import java.util.Optional;

/// What a binary says of itself. Each answer stands alone: one that the bytes refuse spoils no other.
///
/// @param functions how many there are
record Inspection(
        String path,
        long size,
        Machine machine,
        Fact<Linkage> linkage,
        Fact<BuildId> buildId,
        Fact<Origin> origin,
        Fact<GoBuild> goBuild,
        Fact<DebugInfo> debugInfo,
        Fact<Integer> functions,
        Fact<List<Hazard>> hazards,
        Fact<List<UsdtProbe>> usdt,
        Fact<List<Note>> notes) {

    /// As people write it: `x86-64`, `C++`.
    static String name(Machine machine) {
        return switch (machine) {
            case X86_64 -> "x86-64";
            case AARCH64 -> "aarch64";
        };
    }

    /// As people write it: `C++`.
    static String name(Language language) {
        return switch (language) {
            case CXX -> "C++";
            case OCAML -> "OCaml";
            case UNKNOWN -> "not known";
            case C, D, GO, RUST, ADA, CRYSTAL, FORTRAN, HASKELL, NIM, PASCAL, SWIFT, ZIG ->
                language.name().charAt(0) + Json.lower(language).substring(1);
        };
    }

    /// A question to a binary.
    @FunctionalInterface
    interface Question<T> {
        T ask() throws BinaryException;
    }

    static Inspection of(String path, BinaryFile file) {
        Executable binary = file.executable();
        return new Inspection(
                path,
                file.size(),
                binary.machine(),
                fact(binary::linkage),
                maybe(binary::buildId),
                fact(binary::origin),
                maybe(binary::goBuild),
                fact(binary::debugInfo),
                fact(() -> binary.functions().size()),
                fact(binary::hazards),
                fact(binary::usdt),
                fact(binary::notes));
    }

    static <T> Fact<T> fact(Question<T> question) {
        try {
            return Fact.of(question.ask());
        } catch (BinaryException e) {
            return Fact.unreadable(e.getMessage());
        }
    }

    static <T> Fact<T> maybe(Question<Optional<T>> question) {
        try {
            return question.ask().map(Fact::of).orElseGet(Fact::absent);
        } catch (BinaryException e) {
            return Fact.unreadable(e.getMessage());
        }
    }

    /// What a binary says of one of its functions.
    ///
    /// @param entryOffset file offset where a call of it is best probed
    /// @param entryRefusal why that cannot be done
    /// @param inlined where the compiler put its code in place of calls
    record OfFunction(
            Function function,
            Fact<Signature> signature,
            Fact<Long> entryOffset,
            Fact<String> entryRefusal,
            Fact<Exits> exits,
            Fact<Code> code,
            Fact<List<Inlined>> inlined) {
        static OfFunction of(Executable binary, Function function) {
            return new OfFunction(
                    function,
                    maybe(() -> binary.signature(function)),
                    fact(() -> binary.entryOffset(function)),
                    maybe(() -> binary.entryRefusal(function)),
                    fact(() -> binary.exits(function)),
                    fact(() -> binary.code(function)),
                    fact(() -> binary.inlined(function.name())));
        }
    }
}
