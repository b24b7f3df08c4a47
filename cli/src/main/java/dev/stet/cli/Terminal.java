package dev.stet.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// How wide the terminal is that a person reads.
final class Terminal {
    private static final int LEAST = 40;
    private static final int USUAL = 100;

    private Terminal() {}

    /// Empty if no terminal shows it: then nothing is wrapped.
    static OptionalInt width() {
        if (!Output.isTerminal()) {
            return OptionalInt.empty();
        }
        OptionalInt said = number(System.getenv("COLUMNS"));
        return OptionalInt.of(Math.max(LEAST, said.isPresent() ? said.getAsInt() : asked().orElse(USUAL)));
    }

    /// As stty(1) says, which knows without a native call of ours.
    private static OptionalInt asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
                return OptionalInt.empty();
            }
            String size = new String(stty.getInputStream().readNBytes(64), StandardCharsets.US_ASCII).strip();
            return number(size.substring(size.indexOf(' ') + 1));
        } catch (IOException e) {
            return OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    private static OptionalInt number(String text) {
        boolean isOne = text != null && text.matches("[1-9][0-9]{0,3}");
        return isOne ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
