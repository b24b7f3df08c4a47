package dev.stet.probe;

import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.Recording.Slot;
import dev.stet.probe.decode.GoTypes;
import dev.stet.probe.decode.ShapeDecoder;
import dev.stet.probe.decode.Taken;
import dev.stet.probe.resolve.Shown;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Reads the ring's records of one [AttachPoint]. Nothing leaves it that [Redaction] takes away. It belongs to its
/// point, and is forgotten with it.
final class CallDecoder {
    private final AttachPoint point;
    private final List<Part> arguments;
    private final List<Part> results;
    private final List<Slot> stack;

    /// The takes of one value in a record.
    private record Region(MemorySegment record, List<Slot> slots, long failed) implements Taken {
        @Override
        public long offset(int take) {
            return slots.get(take).at();
        }

        @Override
        public boolean failed(int take) {
            return (failed >>> slots.get(take).bit() & 1) != 0;
        }
    }

    /// A value, and where the record has its takes.
    private record Part(Shown shown, List<Slot> slots) {}

    CallDecoder(AttachPoint point) {
        this.point = point;
        Recording recording = point.recording();
        List<Slot> entry = recording.entrySlots();
        int stackTakes = entry.size()
                - point.resolved().atEntry().stream()
                        .mapToInt(shown -> shown.takes().size())
                        .sum();
        boolean histogram = recording.histogram().isPresent();
        stack = histogram ? List.of() : List.copyOf(entry.subList(0, stackTakes));
        arguments = histogram ? List.of() : parts(point.resolved().atEntry(), entry.subList(stackTakes, entry.size()));
        results = histogram ? List.of() : parts(point.resolved().atReturn(), recording.returnSlots());
    }

    private static List<Part> parts(List<Shown> shown, List<Slot> slots) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (Shown each : shown) {
            int end = at + each.takes().size();
            parts.add(new Part(each, List.copyOf(slots.subList(at, end))));
            at = end;
        }
        return parts;
    }

    AttachPoint point() {
        return point;
    }

    /// What is known beside the record.
    record Context(Attachment attachment, GoTypes types, Redaction redaction) {}

    Call decode(MemorySegment record, Context context) {
        return decode(record, context, end(record));
    }

    /// @param end how the call ended, if that is known better than from the record
    Call decode(MemorySegment record, Context context, Call.End end) {
        long entry = word(record, Recording.ENTRY);
        List<NamedValue> given = end instanceof Call.End.Returned ? values(results, record, context) : List.of();
        return new Call(
                context.attachment,
                point,
                (int) word(record, Recording.PID_TGID),
                entry,
                end,
                values(arguments, record, context),
                given,
                stack(record));
    }

    private static Call.End end(MemorySegment record) {
        long exit = word(record, Recording.EXIT);
        int flags = (int) word(record, Recording.COOKIE);
        if ((flags & Recording.ABANDONED_BIT) != 0) {
            return new Call.End.Unwound(exit, Call.Cause.UNKNOWN);
        }
        if (exit == 0) {
            return new Call.End.NotFollowed();
        }
        return (flags & Recording.TAIL_BIT) != 0 ? new Call.End.TailCall(exit) : new Call.End.Returned(exit);
    }

    private static long word(MemorySegment record, long at) {
        return record.get(ValueLayout.JAVA_LONG, at);
    }

    private static List<NamedValue> values(List<Part> parts, MemorySegment record, Context context) {
        long failed = word(record, Recording.FAILED);
        List<NamedValue> values = new ArrayList<>(parts.size());
        for (Part part : parts) {
            Value value = ShapeDecoder.decode(part.shown, new Region(record, part.slots, failed), context.types);
            values.add(new NamedValue(part.shown.name(), value));
        }
        return context.redaction.apply(values);
    }

    /// Who called. The kernel's unwinder may not know that a function's frame is not built yet, and then leaves out
    /// the caller, to whom the stack pointer points. A probe that the author put in is within a function, which is
    /// told of, too.
    private List<Long> stack(MemorySegment record) {
        if (stack.isEmpty() || failed(record, stack.getFirst())) {
            return List.of();
        }
        Slot taken = stack.getFirst();
        List<Long> frames = new ArrayList<>();
        long bytes = Math.clamp(word(record, taken.at()), 0, taken.take().bytes() - 8);
        for (long at = 0; at + 8 <= bytes; at += 8) {
            frames.add(word(record, taken.at() + 8 + at));
        }
        if (stack.size() > 1 && !frames.isEmpty()) {
            frames.removeFirst();
            addCaller(record, frames);
        }
        return frames.subList(0, Math.min(frames.size(), point.probe().limits().stackFrames()));
    }

    private void addCaller(MemorySegment record, List<Long> frames) {
        Slot caller = stack.get(1);
        if (!failed(record, caller)) {
            long address = word(record, caller.at());
            if (frames.isEmpty() || frames.getFirst() != address) {
                frames.addFirst(address);
            }
        }
    }

    private static boolean failed(MemorySegment record, Slot slot) {
        return (word(record, Recording.FAILED) >>> slot.bit() & 1) != 0;
    }
}
