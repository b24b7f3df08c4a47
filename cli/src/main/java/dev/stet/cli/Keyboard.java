package dev.stet.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A terminal whose keys are read one by one, and whose screen is Stet's for a while; as it was when
/// this is closed, also by Ctrl-C. If no person is there, there are no keys.
final class Keyboard implements AutoCloseable {
    private static final int USUAL_HEIGHT = 24;
    private static final long LOOK_MILLIS = 30;

    private final Optional<String> before;
    private final Thread hook = Thread.ofPlatform().unstarted(this::restore);
    private boolean restored;

    private Keyboard(Optional<String> before) {
        this.before = before;
    }

    static Keyboard open() {
        if (!Output.isTerminal() || !Output.isInteractive()) {
            return new Keyboard(Optional.empty());
        }
        Optional<String> before = stty("-g").filter(text -> !text.isBlank());
        Keyboard keyboard = new Keyboard(before);
        if (before.isPresent()) {
            Runtime.getRuntime().addShutdownHook(keyboard.hook);
            var ignored = stty("-icanon", "-echo", "min", "0", "time", "0");
            System.out.print("\033[?1049h\033[?25l\033[2J");
            System.out.flush();
        }
        return keyboard;
    }

    boolean isThere() {
        return before.isPresent();
    }

    /// The next key; empty if none came.
    Optional<Character> key(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        do {
            try {
                if (isThere() && System.in.available() > 0) {
                    int read = System.in.read();
                    return read < 0 ? Optional.empty() : Optional.of((char) read);
                }
            } catch (IOException e) {
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } while (System.nanoTime() < until);
        return Optional.empty();
    }

    /// How many lines the screen has.
    static int height() {
        return stty("size")
                .map(size -> size.split(" ", -1)[0])
                .filter(lines -> lines.matches("[1-9]\\d{0,3}"))
                .map(Integer::parseInt)
                .orElse(USUAL_HEIGHT);
    }

    private static Optional<String> stty(String... arguments) {
        try {
            java.util.List<String> command = new java.util.ArrayList<>();
            command.add("stty");
            command.addAll(java.util.List.of(arguments));
            Process stty = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(stty.getInputStream().readNBytes(1000), StandardCharsets.US_ASCII).strip();
            return stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized void restore() {
        if (before.isPresent() && !restored) {
            restored = true;
            System.out.print("\033[?25h\033[?1049l");
            System.out.flush();
            var ignored = stty(before.get());
        }
    }

    @Override
    public void close() {
        restore();
    }
}
