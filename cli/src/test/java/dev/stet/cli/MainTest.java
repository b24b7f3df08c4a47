package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    /// Wrong usage is one line, a hint, and 64.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trace work | -p",
                "trace -p 1 | FUNCTION",
                "trace -p x work | x",
                "trace -p 1 --exe /x work | --exe",
                "trace --exe ls work | can never match",
                "trace -p 1 --text 20000 work | 8 to 16384",
                "trace -p 1 --stack=500 work | 0 to 127",
                "trace -p 1 --depth 0 work | 1 to 8",
                "trace -p 1 --sample 0 work | --sample",
                "trace -p 1 --redact maybe work | on or off",
                "trace -p 1 --redact off --redact-name x work | --redact-name",
                "trace -p 1 --duration 0 work | --duration",
                "trace -p 1 work(strin(arg1)) | no function 'strin'",
                "tarce | tarce",
                "run --polcy x | --polcy",
                "explain | PID",
                "policy | which command",
                "policy schema ProbePack | ProbeExemption, ProbeTier",
                "completion tcsh | bash, zsh, fish",
            })
    void wrongUsageIsNamed(String line, String message) {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = Main.run(line.split(" "));
        } finally {
            System.setErr(before);
        }
        String text = written.toString(StandardCharsets.UTF_8);
        assertThat(text).startsWith("stet: ").contains(message).doesNotContain("\tat ");
        assertThat(code).isEqualTo(ExitCode.USAGE);
    }
}
