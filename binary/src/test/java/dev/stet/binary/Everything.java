package dev.stet.binary;

import dev.stet.facts.Function;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Asks a file everything there is to ask: every public method of [Executable] and [FunctionTable], whichever
/// there are, of a sample of the functions, and follows types into their members.
///
/// It holds each answer to what is promised of all of them: it is an answer or a [BinaryException] that says
/// what is wrong and where, and the same when it is asked again.
public final class Everything {
    /// Of how many functions what can be asked of one is asked.
    private static final int MAX_FUNCTIONS = 24;

    /// Of what is handed out one by one.
    private static final int MAX_RECEIVED = 100;

    private static final List<String> NAMES = List.of("main", "main.main", "handel", "", "_ZN3foo3barEv", "\0\uffff");
    private static final List<Long> PLACES = List.of(0L, -1L, 1L, 0x1000L, 0x401000L, Long.MAX_VALUE, Long.MIN_VALUE);

    /// Public methods of a class, in an order that does not change.
    private static final ClassValue<List<Method>> METHODS = new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
            return Stream.of(type.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers())
                            && !Modifier.isStatic(method.getModifiers())
                            && !method.isSynthetic())
                    .sorted(Comparator.comparing(Method::toString))
                    .toList();
        }
    };

    private final boolean readable;
    private final List<Answer> answers = new ArrayList<>();
    private final Map<Class<?>, List<?>> arguments = new HashMap<>();
    private final List<Object> received = new ArrayList<>();
    private final Set<String> notAsked = new TreeSet<>();

    /// What came of one question.
    ///
    /// @param question `exits(main)`
    /// @param answer abridged, or the refusal
    /// @param refused is it a refusal?
    /// @param fingerprint of all of the answer
    /// @param nanos of processor time
    public record Answer(String question, String answer, boolean refused, long fingerprint, long nanos) {
        @Override
        public String toString() {
            return "%-40s %6d us  %s%s".formatted(question, nanos / 1000, refused ? "refused: " : "", answer);
        }
    }

    private Everything(boolean readable) {
        this.readable = readable;
        arguments.put(String.class, NAMES);
        arguments.put(long.class, PLACES);
        arguments.put(int.class, List.of(0, 1, 5));
        arguments.put(DebugFiles.class, List.of(DebugFiles.NONE));
        arguments.put(Predicate.class, List.of((Predicate<String>) name -> name.hashCode() % 1009 == 0));
        arguments.put(Consumer.class, List.of((Consumer<Object>) this::receive));
        arguments.put(BiConsumer.class, List.of((BiConsumer<Object, Object>) (a, b) -> {
            receive(a);
            receive(b);
        }));
    }

    /// Asks a source that can be read. The first answer is of the question `parse`.
    ///
    /// @throws AssertionError if an answer breaks a promise
    public static List<Answer> ask(ByteSource source) throws IOException {
        return new Everything(true).askAll(source);
    }

    /// Asks a source that may fail, or change while it is read.
    public static List<Answer> askUnreliable(ByteSource source) throws IOException {
        return new Everything(false).askAll(source);
    }

    /// Asks about few names and places, for files of which an answer takes long.
    public static List<Answer> askBriefly(ByteSource source) throws IOException {
        Everything everything = new Everything(true);
        everything.arguments.put(String.class, List.of("main", "handel"));
        everything.arguments.put(long.class, List.of(0L, 0x401000L));
        everything.arguments.put(int.class, List.of(5));
        return everything.askAll(source);
    }

    public static List<Answer> ask(byte[] bytes) {
        try {
            return ask(ByteSource.of(bytes));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Public methods that this class cannot ask, for it does not know what to give them.
    static Set<String> notAsked(byte[] bytes) throws IOException {
        Everything everything = new Everything(true);
        everything.askAll(ByteSource.of(bytes));
        return everything.notAsked;
    }

    private List<Answer> askAll(ByteSource source) {
        Executable[] parsed = new Executable[1];
        ask("parse", () -> {
            parsed[0] = Executable.parse(source);
            return "";
        });
        if (parsed[0] == null) {
            return answers;
        }
        FunctionTable[] functions = new FunctionTable[1];
        List<Function> sample = new ArrayList<>();
        ask("functions()", () -> {
            functions[0] = parsed[0].functions();
            return functions[0].size();
        });
        if (functions[0] != null) {
            sample(functions[0], sample);
        }
        arguments.put(Function.class, sample);
        arguments.put(Iterable.class, List.of(sample));
        if (functions[0] != null) {
            askMethods(functions[0], "functions().");
        }
        arguments.put(UsdtProbe.class, usdt(parsed[0]));
        askMethods(parsed[0], "");
        return answers;
    }

    /// Those that there are, and made up ones at all places.
    private List<UsdtProbe> usdt(Executable executable) {
        List<UsdtProbe> all = new ArrayList<>();
        for (Object place : arguments.get(long.class)) {
            all.add(new UsdtProbe("p", "n", (long) place, (long) place, OptionalLong.empty(), List.of()));
        }
        try {
            executable.usdt().stream().limit(MAX_FUNCTIONS).forEach(all::add);
        } catch (BinaryException refused) {
            // usdt() is asked for itself too
        }
        return all;
    }

    private static void sample(FunctionTable functions, List<Function> sample) {
        int step = Math.max(1, functions.size() / MAX_FUNCTIONS);
        int[] seen = {0};
        try {
            functions.forEach(symbol -> {
                if (seen[0]++ % step == 0 && sample.size() < MAX_FUNCTIONS) {
                    sample.add(symbol.function());
                }
            });
        } catch (BinaryException refused) {
            // forEach() is asked for itself too
        }
    }

    private void askMethods(Object of, String prefix) {
        for (Method method : METHODS.get(of.getClass())) {
            askMethod(of, prefix, method, new Object[0]);
        }
    }

    /// Asks with every combination of arguments that begins with these.
    private void askMethod(Object of, String prefix, Method method, Object[] some) {
        if (some.length == method.getParameterCount()) {
            ask(prefix + method.getName() + shown(some), () -> {
                try {
                    received.clear();
                    Object answer = method.invoke(of, some);
                    return method.getReturnType() == void.class ? received : answer;
                } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                }
            });
            return;
        }
        List<?> values = arguments.get(method.getParameterTypes()[some.length]);
        if (values == null) {
            notAsked.add(method.toString());
            return;
        }
        for (Object value : values) {
            Object[] more = Arrays.copyOf(some, some.length + 1);
            more[some.length] = value;
            askMethod(of, prefix, method, more);
        }
    }

    private void receive(Object part) {
        if (received.size() < MAX_RECEIVED) {
            received.add(part);
        }
    }

    private static String shown(Object[] arguments) {
        StringBuilder shown = new StringBuilder("(");
        for (Object argument : arguments) {
            shown.append(shown.length() > 1 ? ", " : "");
            switch (argument) {
                case Function function -> shown.append(function.name());
                case String _, Number _ -> shown.append(argument);
                default -> shown.append('-');
            }
        }
        return shown.append(')').toString();
    }

    private interface Question {
        Object ask() throws Throwable;
    }

    private void ask(String question, Question finder) {
        Answer first = answer(question, finder);
        Answer again = answer(question, finder);
        if (readable && first.fingerprint() != again.fingerprint()) {
            throw new AssertionError("asked twice, answered differently: " + first + " / " + again);
        }
        answers.add(first);
    }

    private Answer answer(String question, Question finder) {
        Fingerprint print = new Fingerprint();
        boolean refused = false;
        long before = Cost.now().nanos();
        long nanos;
        try {
            Object answer = finder.ask();
            nanos = Cost.now().nanos() - before;
            print.add(answer);
        } catch (BinaryException refusal) {
            nanos = Cost.now().nanos() - before;
            refused = true;
            checkRefusal(question, refusal);
            print.add(refusal.getMessage());
        } catch (Throwable escaped) {
            throw new AssertionError(question + ": escaped: " + escaped, escaped);
        }
        return new Answer(question, print.text(), refused, print.value(), nanos);
    }

    private void checkRefusal(String question, BinaryException refusal) {
        boolean helpful = refusal.getMessage() != null && refusal.getMessage().length() >= 8;
        boolean placed = !(refusal instanceof MalformedBinaryException malformed) || malformed.fileOffset() >= 0;
        boolean ours = !readable || !(refusal instanceof UnreadableBinaryException);
        if (!helpful || !placed || !ours) {
            throw new AssertionError(question + ": a refusal that does not say what and where: " + refusal, refusal);
        }
    }
}
