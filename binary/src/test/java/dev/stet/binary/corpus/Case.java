package dev.stet.binary.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Cost;
import dev.stet.binary.Everything;
import dev.stet.binary.Executable;
import dev.stet.testkit.Content;
import java.io.IOException;

/// One file that has brought down an analysis somewhere, or is made to, and what must come of it.
///
/// @param name what is wrong with the file
/// @param file its bytes
/// @param outcome what must come of it
record Case(String name, Content file, Outcome outcome) {
    /// Together, for a file of some kilobytes. The promise is 2 s and 64 MB; these are so small that much less must do.
    private static final long MAX_NANOS = 2_000_000_000L;

    private static final long MAX_ALLOCATED_BYTES = 64L << 20;

    /// Looks at a file, and complains.
    @FunctionalInterface
    interface Outcome {
        void check(ByteSource file) throws IOException;
    }

    /// Asks an executable for something.
    @FunctionalInterface
    interface Question {
        Object ask(Executable executable) throws IOException;
    }

    /// Looks at an executable, and complains.
    @FunctionalInterface
    interface Answer {
        void check(Executable executable) throws IOException;
    }

    /// It is refused as a whole.
    ///
    /// @param says what is in the message: what is wrong, and where
    static Outcome refused(Class<? extends BinaryException> type, String... says) {
        return file -> assertRefused(catchThrowable(() -> Executable.parse(file)), type, says);
    }

    /// It is understood, but a question has no answer, and there is another that has.
    static Outcome refuses(Question question, Class<? extends BinaryException> type, String[] says, Answer otherwise) {
        return file -> {
            Executable executable = Executable.parse(file);
            assertRefused(catchThrowable(() -> question.ask(executable)), type, says);
            otherwise.check(executable);
        };
    }

    /// It is understood.
    static Outcome answers(Answer answer) {
        return file -> answer.check(Executable.parse(file));
    }

    private static void assertRefused(Throwable thrown, Class<? extends BinaryException> type, String... says) {
        assertThat(thrown).isInstanceOf(type);
        assertThat(thrown.getMessage()).contains(says);
    }

    void check() throws IOException {
        ByteSource source = new ByteSource() {
            @Override
            public long size() {
                return file.size();
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                return file.read(at, into, offset, length);
            }
        };
        outcome.check(source);
        Cost before = Cost.now();
        var ignored = Everything.ask(source);
        Cost cost = Cost.now().minus(before);
        assertThat(cost.nanos()).as("processor time").isLessThan(MAX_NANOS);
        assertThat(cost.allocatedBytes()).as("allocated").isLessThan(MAX_ALLOCATED_BYTES);
    }

    @Override
    public String toString() {
        return name;
    }
}
