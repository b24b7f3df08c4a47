package dev.stet.binary.code;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Code;
import dev.stet.binary.FunctionTable;
import dev.stet.binary.UsdtProbe;
import dev.stet.binary.elf.Elf;
import dev.stet.facts.Function;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Says of places that a note names, and not a table of functions, whether a probe may be there. Notes are text of
/// the file like any other, and a breakpoint in the middle of an instruction makes another one of it.
///
/// The function around a place is decoded from its first byte. Which one it is, the tables of symbols say and the
/// unwinder's table says: each is believed, so a place has to be right by both if both know of it.
public final class Places {
    /// Functions that are kept, for the places that are asked for next.
    private static final int MAX_KEPT = 4;

    /// What is decoded for all places of one binary. Notes that want more lie on purpose: real ones are in a few
    /// functions, each decoded once or twice.
    private static final long MAX_DECODED_BYTES = 16 << 20;

    private final Elf elf;
    private final FunctionTable functions;
    private final Parts parts;
    private final Map<Function, Code> kept = new LinkedHashMap<>(MAX_KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Function, Code> eldest) {
            return size() > MAX_KEPT;
        }
    };
    private long decoded;

    public Places(Elf elf, FunctionTable functions) throws BinaryException {
        this.elf = elf;
        this.functions = functions;
        this.parts = new Parts(elf, functions, CodeWindow.ONE);
    }

    /// Why there must be no probe.
    ///
    /// @param usdt of this binary
    /// @return for a person, with the place as its subject; empty if there may be one
    public synchronized Optional<String> refusal(UsdtProbe usdt) throws BinaryException {
        long at = usdt.fileOffset();
        if (!elf.segments().fileOffsetOf(usdt.virtualAddress()).equals(OptionalLong.of(at))) {
            return Optional.of("is not loaded from where its note says");
        }
        List<Function> around = new ArrayList<>();
        functions.at(at).ifPresent(around::add);
        parts.stretchAround(usdt.virtualAddress())
                .filter(it -> !isIn(around, it))
                .ifPresent(around::add);
        Optional<String> unknown = Optional.of("is in no function that the tables of symbols or the unwinder's table "
                + "have, so nothing says where instructions begin");
        boolean isKnown = false;
        for (Function function : around) {
            switch (code(function)) {
                case Code.Unknown(String why) -> unknown = Optional.of("is in code that cannot be read: " + why);
                case Code.Instructions code -> {
                    Optional<String> refusal = refusal(function, code, at);
                    if (refusal.isPresent()) {
                        return refusal;
                    }
                    isKnown = true;
                }
            }
        }
        return isKnown ? Optional.empty() : unknown;
    }

    private static boolean isIn(List<Function> around, Function stretch) {
        return around.stream().anyMatch(it -> it.fileOffset() == stretch.fileOffset() && it.size() == stretch.size());
    }

    private static Optional<String> refusal(Function function, Code.Instructions code, long at) {
        long offset = at - code.fileOffset();
        if (offset >= 0 && offset < code.size() && code.begins((int) offset)) {
            return code.refusal((int) offset);
        }
        String name = function.name().isEmpty() ? "a function without a name" : function.name();
        return Optional.of("is in the middle of an instruction of " + name);
    }

    private Code code(Function function) throws BinaryException {
        Code known = kept.get(function);
        if (known != null) {
            return known;
        }
        if (decoded > MAX_DECODED_BYTES) {
            return new Code.Unknown("more than " + MAX_DECODED_BYTES + " bytes of this file would have to be decoded");
        }
        decoded += Math.clamp(function.size(), 1, Parts.MAX_SWEPT_BYTES);
        Code code = CodeReader.read(elf, functions, function);
        kept.put(function, code);
        return code;
    }
}
