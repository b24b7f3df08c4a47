package dev.stet.procfs;

import dev.stet.facts.Fact;
import java.util.List;
import java.util.Optional;

/// The file that an interpreter was told to run, found among its arguments as the interpreter itself finds it: see
/// [Interpreter]. It is the target's own text, and a relative path is relative to where the program was started.
final class Script {
    private Script() {}

    /// @param exe the executable's path
    /// @param args the program's name first
    /// @return absent if the program is no interpreter that is known, or runs no file: code of an option, a
    ///     module, its standard input; unreadable if the arguments are gone
    static Fact<String> of(String exe, List<String> args) {
        Optional<Interpreter> interpreter = Interpreter.of(name(exe), args.isEmpty() ? "" : name(args.getFirst()));
        if (interpreter.isEmpty()) {
            return Fact.absent();
        }
        if (isTitle(args)) {
            return Fact.unreadable("the process has written a title over its arguments");
        }
        return new Walk(interpreter.get(), args)
                .script()
                .filter(file -> !file.isEmpty() && !file.equals("-"))
                .map(Fact::of)
                .orElseGet(Fact::absent);
    }

    /// A title is one text in the place of all the arguments: `gunicorn: master [shop]`. An interpreter that was
    /// started with no argument has its own name there.
    private static boolean isTitle(List<String> args) {
        return args.isEmpty()
                || (args.size() == 1 && Interpreter.named(name(args.getFirst())).isEmpty());
    }

    /// Without the `-` that a login shell has before it.
    private static String name(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith("-") ? name.substring(1) : name;
    }

    /// Goes through the arguments from left to right.
    private static final class Walk {
        private final Interpreter interpreter;
        private final List<String> args;
        private int at = 1;
        private Optional<String> found = Optional.empty();
        private boolean ended;
        private boolean skipped;
        private boolean anyFile;

        Walk(Interpreter interpreter, List<String> args) {
            this.interpreter = interpreter;
            this.args = args;
        }

        Optional<String> script() {
            while (!ended && at < args.size()) {
                String arg = args.get(at++);
                if (interpreter.endsOptions(arg)) {
                    ended = true;
                    found = next().filter(this::isFile);
                } else if (interpreter.isOption(arg)) {
                    if (interpreter.wholeWords() || arg.startsWith("--")) {
                        option(arg);
                    } else {
                        letters(arg);
                    }
                } else {
                    operand(arg);
                }
            }
            return found;
        }

        private void operand(String word) {
            if (!skipped && interpreter.skips(word)) {
                skipped = true;
                return;
            }
            ended = true;
            found = Optional.of(word).filter(this::isFile);
        }

        private boolean isFile(String word) {
            return anyFile || skipped || interpreter.isFile(word);
        }

        /// `--name`, `--name VALUE`, `--name=VALUE`.
        private void option(String arg) {
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(arg.substring(equals + 1));
            act(interpreter.option(name), value);
        }

        /// `-abc`: each letter an option, until one takes what is left of the word for its value.
        private void letters(String arg) {
            for (int i = 1; i < arg.length() && !ended; i++) {
                String rest = arg.substring(i + 1);
                Interpreter.Kind kind = interpreter.letter(arg.charAt(i));
                if (kind == Interpreter.Kind.ATTACHED) {
                    return;
                }
                boolean takesRest = kind != Interpreter.Kind.FLAG && kind != Interpreter.Kind.NEXT;
                act(kind, takesRest && !rest.isEmpty() ? Optional.of(rest) : Optional.empty());
                if (takesRest) {
                    return;
                }
            }
        }

        private void act(Interpreter.Kind kind, Optional<String> value) {
            switch (kind) {
                case FLAG, ATTACHED -> {
                    // nothing follows from it
                }
                case VALUE -> {
                    if (value.isEmpty()) {
                        at++;
                    }
                }
                case NEXT -> at++;
                case FILE -> {
                    ended = true;
                    found = value.or(this::next);
                }
                case THEN_FILE -> anyFile = true;
                case NO_FILE -> ended = true;
            }
        }

        private Optional<String> next() {
            return at < args.size() ? Optional.of(args.get(at++)) : Optional.empty();
        }
    }
}
