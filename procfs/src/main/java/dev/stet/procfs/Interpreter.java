package dev.stet.procfs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How an interpreter reads its command line, as far as it must be known to find the file that it runs. An option
/// that is not in the tables takes no value.
///
/// @param names of its executable
/// @param style how options look
/// @param letters options of one letter
/// @param options options of whole words, with their dashes
/// @param skipped words before the file that are no option: `run` of `deno run x.ts`
/// @param file which words are a file
record Interpreter(
        Pattern names,
        Style style,
        Map<Character, Kind> letters,
        Map<String, Kind> options,
        Set<String> skipped,
        Predicate<String> file) {
    /// What follows from an option.
    enum Kind {
        /// Nothing.
        FLAG,
        /// Its value is the rest of the word, or else the next one.
        VALUE,
        /// Its value, if it has one, is the rest of the word.
        ATTACHED,
        /// Its value is the next word, whatever stands behind it in this one.
        NEXT,
        /// Its value is the file.
        FILE,
        /// The first word that is no option is the file, though it would be none otherwise.
        THEN_FILE,
        /// There is no file: it brings code, names a module, or asks for help.
        NO_FILE
    }

    /// How options look.
    enum Style {
        /// `-abc` are three, `--long` is one.
        LETTERS,
        /// `-abc` and `+abc` are three, as shells have it; `--long` is one.
        SHELL,
        /// `-word` is one, as is `--word`.
        WORDS,
        /// The same, and `@file` stands for more of them, which only the file could tell.
        JAVA
    }

    private static final Set<String> DENO_WITHOUT_FILE = Set.of(
            "add",
            "audit",
            "bench",
            "bundle",
            "cache",
            "check",
            "clean",
            "compile",
            "completions",
            "coverage",
            "doc",
            "eval",
            "fmt",
            "help",
            "info",
            "init",
            "install",
            "jupyter",
            "lint",
            "lsp",
            "outdated",
            "publish",
            "remove",
            "repl",
            "task",
            "test",
            "types",
            "uninstall",
            "upgrade",
            "vendor");

    private static final Set<String> BUN_WITHOUT_FILE = Set.of(
            "a",
            "add",
            "build",
            "c",
            "create",
            "i",
            "init",
            "install",
            "link",
            "outdated",
            "patch",
            "pm",
            "publish",
            "remove",
            "repl",
            "rm",
            "test",
            "unlink",
            "update",
            "upgrade",
            "x");

    private static final List<Interpreter> ALL = List.of(
            new Interpreter(
                    Pattern.compile("(?:node|nodejs)[0-9.]*"),
                    Style.WORDS,
                    Map.of(),
                    merged(
                            all(Kind.VALUE, """
                                    -r --require --import --loader --experimental-loader -C --conditions --env-file
                                    --env-file-if-exists --title --input-type --icu-data-dir --inspect-port --debug-port
                                    --max-http-header-size --dns-result-order --diagnostic-dir --disable-warning
                                    --redirect-warnings --trace-event-categories --trace-event-file-pattern
                                    --unhandled-rejections --openssl-config --tls-cipher-list --tls-keylog --secure-heap
                                    --secure-heap-min --heapsnapshot-signal --heapsnapshot-near-heap-limit --cpu-prof-dir
                                    --cpu-prof-name --cpu-prof-interval --heap-prof-dir --heap-prof-name
                                    --heap-prof-interval --report-dir --report-directory --report-filename
                                    --report-signal --experimental-default-type --experimental-sea-config
                                    --test-name-pattern --test-reporter --test-reporter-destination --test-concurrency
                                    --test-shard --test-timeout --watch-path --localstorage-file --use-largepages
                                    --v8-pool-size --experimental-policy --policy-integrity --allow-fs-read
                                    --allow-fs-write --es-module-specifier-resolution
                                    --experimental-specifier-resolution --stack-trace-limit --trace-require-module"""),
                            all(Kind.NO_FILE, "-e --eval -p --print -pe -h --help -v --version --run --test")),
                    Set.of("inspect", "debug"),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("deno"),
                    Style.WORDS,
                    Map.of(),
                    merged(all(Kind.VALUE, """
                                    -c --config --import-map --seed --location --cert -L --log-level --preload --ext
                                    --conditions --port --host --minimum-dependency-age"""), all(Kind.NO_FILE, "-h --help -V --version")),
                    Set.of("run", "serve"),
                    word -> !DENO_WITHOUT_FILE.contains(word)),
            new Interpreter(
                    Pattern.compile("bun"),
                    Style.WORDS,
                    Map.of(),
                    merged(all(Kind.VALUE, """
                                    -r --preload --require --import --cwd --env-file -d --define -l --loader --port
                                    --conditions --tsconfig-override --external --main-fields --extension-order
                                    --jsx-factory --jsx-fragment --jsx-import-source --jsx-runtime --shell --title
                                    --install --elide-lines --max-http-header-size --dns-result-order --filter"""), all(Kind.NO_FILE, "-e --eval -p --print -h --help -v --version")),
                    Set.of("run"),
                    word -> !BUN_WITHOUT_FILE.contains(word)),
            new Interpreter(
                    Pattern.compile("(?:python|pypy)[0-9.]*[dmtu]?"),
                    Style.LETTERS,
                    letters("WX", "", "", "", "cmhV?"),
                    merged(
                            all(Kind.VALUE, "--check-hash-based-pycs --jit"),
                            all(Kind.NO_FILE, "--help --help-all --help-env --help-xoptions --version")),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("(?:ruby|jruby|truffleruby)[0-9.]*"),
                    Style.LETTERS,
                    letters("IrCE", "FiKTWx", "", "", "eh"),
                    merged(all(Kind.VALUE, """
                                    --encoding --external-encoding --internal-encoding --enable --disable --parser
                                    --backtrace-limit"""), all(Kind.NO_FILE, "--help --version --copyright")),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("perl[0-9.]*"),
                    Style.LETTERS,
                    letters("I", "iCDFxmMd", "", "", "eEhvV"),
                    Map.of(),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("php(?:-cgi|-cli)?[0-9.]*(?:-cgi|-cli)?"),
                    Style.LETTERS,
                    letters("cdgtzST", "", "", "fF", "rRBEahivm"),
                    merged(
                            all(Kind.VALUE, "--php-ini --define --docroot --zend-extension --server"),
                            all(Kind.FILE, "--file --process-file"),
                            all(Kind.NO_FILE, """
                                    --run --process-code --process-begin --process-end --interactive --help --version
                                    --info --modules --ini --rf --rc --re --rz --ri --rfunction --rclass --rextension
                                    --rzendextension --rextinfo""")),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("(?:r?ba|da|a|z|[mp]?k|mk|ya)?sh[0-9.]*(?:-static)?"),
                    Style.SHELL,
                    letters("", "", "oO", "", "cs"),
                    merged(all(Kind.VALUE, "--rcfile --init-file"), all(Kind.NO_FILE, "--help --version")),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("luajit[0-9.-]*|lua[0-9.]*"),
                    Style.LETTERS,
                    letters("elj", "O", "", "", "b"),
                    Map.of(),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("java"),
                    Style.JAVA,
                    Map.of(),
                    merged(all(Kind.VALUE, """
                                    -cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules
                                    --add-exports --add-opens --add-reads --limit-modules --patch-module --source
                                    --enable-native-access --illegal-native-access --finalization"""), all(Kind.THEN_FILE, "-jar"), all(Kind.NO_FILE, """
                                    -m --module -d --describe-module --list-modules --version -version --help -help -h
                                    -?""")),
                    Set.of(),
                    // A main class is no file; a source file, which `java X.java` compiles and runs, is.
                    word -> word.endsWith(".java")),
            new Interpreter(
                    Pattern.compile("Rscript"),
                    Style.WORDS,
                    Map.of(),
                    all(Kind.NO_FILE, "-e -h --help --version"),
                    Set.of(),
                    _ -> true),
            new Interpreter(
                    Pattern.compile("R"),
                    Style.WORDS,
                    Map.of(),
                    merged(
                            all(Kind.VALUE, "-g --gui -d --debugger --encoding"),
                            all(Kind.FILE, "-f --file"),
                            all(Kind.NO_FILE, "-e --args -h --help --version")),
                    Set.of(),
                    _ -> false));

    /// @param exe the last component of the executable's path
    /// @param arg0 that of the first argument, which says what a multi-call program such as busybox is
    static Optional<Interpreter> of(String exe, String arg0) {
        return named(exe.equals("busybox") || exe.equals("toybox") ? arg0 : exe);
    }

    static Optional<Interpreter> named(String name) {
        return name.length() > 64
                ? Optional.empty()
                : ALL.stream()
                        .filter(each -> each.names.matcher(name).matches())
                        .findFirst();
    }

    boolean wholeWords() {
        return style == Style.WORDS || style == Style.JAVA;
    }

    boolean isOption(String word) {
        return word.length() > 1
                && (word.startsWith("-")
                        || (style == Style.SHELL && word.startsWith("+"))
                        || (style == Style.JAVA && word.startsWith("@")));
    }

    /// Does it say that no option follows? To shells a `-` does, which elsewhere is the standard input's name.
    boolean endsOptions(String word) {
        return word.equals("--") || (style == Style.SHELL && word.equals("-"));
    }

    boolean skips(String word) {
        return skipped.contains(word);
    }

    boolean isFile(String word) {
        return file.test(word);
    }

    Kind letter(char letter) {
        return letters.getOrDefault(letter, Kind.FLAG);
    }

    Kind option(String name) {
        return options.getOrDefault(name, Kind.FLAG);
    }

    private static Map<Character, Kind> letters(
            String value, String attached, String next, String file, String noFile) {
        return Stream.of(
                        Map.entry(value, Kind.VALUE),
                        Map.entry(attached, Kind.ATTACHED),
                        Map.entry(next, Kind.NEXT),
                        Map.entry(file, Kind.FILE),
                        Map.entry(noFile, Kind.NO_FILE))
                .flatMap(entry -> entry.getKey().chars().mapToObj(c -> Map.entry((char) c, entry.getValue())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, Kind> all(Kind kind, String names) {
        return Stream.of(names.strip().split("\\s+", -1))
                .collect(Collectors.toUnmodifiableMap(name -> name, _ -> kind));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // it is read only
    private static Map<String, Kind> merged(Map<String, Kind>... tables) {
        return Arrays.stream(tables)
                .flatMap(table -> table.entrySet().stream())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
