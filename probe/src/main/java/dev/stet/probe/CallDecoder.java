package dev.stet.probe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a ring record of one [Layout].
final class CallDecoder {
    private final Layout layout;
    private final AttachPoint point;
    private final List<Layout.Slot> entrySlots;
    private final List<Layout.Slot> returnSlots;

    CallDecoder(Layout layout, AttachPoint point) {
        this.layout = layout;
        this.point = point;
        entrySlots = List.copyOf(layout.entrySlots());
        returnSlots = List.copyOf(layout.returnSlots());
    }

    Call decode(Attachment attachment, MemorySegment record) {
        long entry = word(record, Layout.ENTRY);
        long exit = word(record, Layout.EXIT);
        boolean tail = ((int) word(record, Layout.COOKIE) & Layout.TAIL_BIT) != 0;
        Call.End end;
        if (exit == 0) {
            end = new Call.End.NotFollowed();
        } else if (tail) {
            end = new Call.End.TailCall(exit);
        } else {
            end = new Call.End.Returned(exit);
        }
        List<Value> arguments = values(entrySlots, record);
        List<Value> results = end instanceof Call.End.Returned ? values(returnSlots, record) : List.of();
        return new Call(attachment, point, (int) word(record, Layout.PID_TGID), entry, end, arguments, results);
    }

    private static long word(MemorySegment record, int at) {
        return record.get(ValueLayout.JAVA_LONG, at);
    }

    private List<Value> values(List<Layout.Slot> slots, MemorySegment record) {
        long unreadable = word(record, Layout.UNREADABLE);
        List<Value> values = new ArrayList<>(slots.size());
        for (Layout.Slot slot : slots) {
            if ((unreadable >>> slot.index() & 1) != 0) {
                values.add(new Value.Unreadable());
            } else if (slot.capture().isText()) {
                values.add(text(slot, record));
            } else {
                values.add(new Value.Word(word(record, slot.at())));
            }
        }
        return values;
    }

    private Value text(Layout.Slot slot, MemorySegment record) {
        int length = Math.clamp(word(record, slot.at()), 0, layout.maxText());
        long full = word(record, slot.at() + Layout.TEXT_FULL);
        byte[] bytes = new byte[length];
        MemorySegment.copy(record, ValueLayout.JAVA_BYTE, slot.at() + Layout.TEXT_BYTES, bytes, 0, length);
        if (full >= 0) {
            return new Value.Text(new String(bytes, StandardCharsets.UTF_8), full, full > length);
        }
        // The kernel counts the NUL, and puts one even where it had to cut.
        int text = Math.max(length - 1, 0);
        boolean cut = length == layout.maxText();
        return new Value.Text(new String(bytes, 0, text, StandardCharsets.UTF_8), cut ? -1 : text, cut);
    }
}
