package dev.stet.probe.resolve;

import dev.stet.binary.Executable;
import dev.stet.binary.UsdtProbe;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;

final class UsdtOperands {
    private UsdtOperands() {}

    static Word word(Executable executable, UsdtProbe usdt, UsdtProbe.Argument argument) throws ExpressionException {
        throw new ExpressionException(argument.expression(), 0, "not yet");
    }
}
