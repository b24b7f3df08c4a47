package dev.stet.probe;

import dev.stet.binary.Exit;
import dev.stet.bpf.Program;
import dev.stet.probe.compile.ProgramWriter;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.TooComplexException;
import dev.stet.probe.compile.WordText;
import dev.stet.probe.resolve.Shown;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Tells what would be attached and what would run there: for people who want to know, and for reports of
/// mistakes.
public final class PlanText {
    private PlanText() {}

    /// A plan, place by place, with the BPF programs.
    public static String of(Plan plan) {
        StringBuilder text = new StringBuilder();
        plan.points().forEach(point -> point(text, point));
        plan.refusals()
                .forEach(refusal -> text.append("not ")
                        .append(refusal.function())
                        .append(": ")
                        .append(refusal.why())
                        .append('\n'));
        return text.toString();
    }

    private static void point(StringBuilder text, AttachPoint point) {
        text.append(point.name()).append('\n');
        line(text, "begins at file offset " + point.entryOffset());
        point.semaphore().ifPresent(offset -> line(text, "enabled by the counter at file offset " + offset));
        for (Exit exit : point.exits()) {
            String whose = point.isBorrowed(exit) ? ", of a function that it ends in" : "";
            line(text, "ends at file offset " + exit.fileOffset() + ", " + exit.kind() + whose);
        }
        point.noReturns().ifPresent(why -> line(text, "its end is not followed: " + why));
        point.missed().ifPresent(why -> line(text, "some ends are not seen: " + why));
        Recording recording = point.recording();
        line(text, "calls belong to: " + recording.owner() + "; a record has " + recording.bytes() + " bytes");
        recording.entryFilter().ifPresent(word -> line(text, "only if " + WordText.of(word)));
        for (int i = 0; i < recording.saved().size(); i++) {
            line(text, "saved" + i + " = " + WordText.of(recording.saved().get(i)));
        }
        shown(text, point.resolved().atEntry(), "at the entry");
        shown(text, point.resolved().atReturn(), "at the end");
        recording.exitFilter().ifPresent(word -> line(text, "reported only if " + WordText.of(word)));
        programs(text, recording);
    }

    private static void shown(StringBuilder text, List<Shown> all, String when) {
        for (Shown shown : all) {
            line(
                    text,
                    shown.name() + ", " + when + ": " + shown.shape().getClass().getSimpleName());
            shown.takes().forEach(take -> line(text, "    takes " + WordText.of(take)));
        }
    }

    private static void programs(StringBuilder text, Recording recording) {
        var settings = new ProgramWriter.Settings(true, OptionalLong.empty(), OptionalInt.empty());
        try {
            program(text, "entry", ProgramWriter.entry(recording, settings));
            if (recording.follow()) {
                program(text, "exit", ProgramWriter.exit(recording, settings));
            }
        } catch (TooComplexException e) {
            line(text, e.getMessage());
        }
    }

    private static void program(StringBuilder text, String what, Program program) {
        line(text, what + " program, " + program.instructions().size() + " instructions:");
        program.toString().lines().forEach(instruction -> line(text, "    " + instruction));
    }

    private static void line(StringBuilder text, String line) {
        text.append("    ").append(line).append('\n');
    }
}
