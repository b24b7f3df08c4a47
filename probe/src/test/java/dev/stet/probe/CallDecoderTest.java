package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Exit;
import dev.stet.facts.Function;
import dev.stet.facts.ProcessIdentity;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Records as the kernel's programs write them, made by hand.
class CallDecoderTest {
    private static final Attachment ATTACHMENT = new Attachment(
            7, new ProcessIdentity(4711, 1), "caller", "/bin/caller", List.of(), List.of(), Attachment.Links.NONE);

    private static Probe probe(String entry, String results) throws CaptureSyntaxException {
        return new Probe("p", "work", CaptureParser.captures(entry), CaptureParser.captures(results), true);
    }

    private static Call decode(Layout layout, MemorySegment record) {
        Function function = new Function("work", 0x1000, 0x1000, 32);
        List<Exit> exits = List.of(new Exit(0x101f, Exit.Kind.RETURN));
        AttachPoint point =
                new AttachPoint(layout.probe(), layout.convention(), function, 0x1000, exits, Optional.empty());
        return new CallDecoder(layout, point).decode(ATTACHMENT, record);
    }

    private static MemorySegment record(Layout layout, long cookie) {
        MemorySegment record = MemorySegment.ofArray(new long[layout.bytes() / 8]);
        record.set(ValueLayout.JAVA_LONG, Layout.COOKIE, cookie);
        record.set(ValueLayout.JAVA_LONG, Layout.PID_TGID, 4711L << 32 | 4712);
        record.set(ValueLayout.JAVA_LONG, Layout.ENTRY, 1000);
        record.set(ValueLayout.JAVA_LONG, Layout.EXIT, 3500);
        return record;
    }

    private static void text(MemorySegment record, Layout.Slot slot, long length, long full, String text) {
        record.set(ValueLayout.JAVA_LONG, slot.at(), length);
        record.set(ValueLayout.JAVA_LONG, slot.at() + Layout.TEXT_FULL, full);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, record, ValueLayout.JAVA_BYTE, slot.at() + Layout.TEXT_BYTES, bytes.length);
    }

    @Test
    void wordsAndTextsComeBack() throws Exception {
        Layout layout = new Layout(Convention.SYSTEM_V, probe("arg1, str(arg2), str(arg3)", "ret"), 16);
        MemorySegment record = record(layout, 7L << 32);
        record.set(ValueLayout.JAVA_LONG, layout.entrySlots().get(0).at(), -5);
        text(record, layout.entrySlots().get(1), 4, -1, "abc\0");
        text(record, layout.entrySlots().get(2), 16, -1, "0123456789abcde\0");
        record.set(ValueLayout.JAVA_LONG, layout.returnSlots().getFirst().at(), 42);

        Call call = decode(layout, record);

        assertThat(call.tid()).isEqualTo(4712);
        assertThat(call.end()).isEqualTo(new Call.End.Returned(3500));
        assertThat(call.latencyNanos()).hasValue(2500);
        assertThat(call.arguments())
                .containsExactly(
                        new Value.Word(-5),
                        new Value.Text("abc", 3, false),
                        new Value.Text("0123456789abcde", -1, true));
        assertThat(call.results()).containsExactly(new Value.Word(42));
    }

    @Test
    void goTextsKnowTheirFullLength() throws Exception {
        Layout layout = new Layout(Convention.GO_REGISTERS, probe("str(arg1)", ""), 8);
        MemorySegment record = record(layout, 7L << 32);
        text(record, layout.entrySlots().getFirst(), 8, 9000, "01234567");
        assertThat(decode(layout, record).arguments()).containsExactly(new Value.Text("01234567", 9000, true));
    }

    /// What could not be read is never a plausible zero.
    @Test
    void unreadableSlotsSaySo() throws Exception {
        Layout layout = new Layout(Convention.SYSTEM_V, probe("arg1, u32(arg2)", "str(ret)"), 8);
        MemorySegment record = record(layout, 7L << 32);
        record.set(ValueLayout.JAVA_LONG, Layout.UNREADABLE, 0b110);
        Call call = decode(layout, record);
        assertThat(call.arguments()).containsExactly(new Value.Word(0), new Value.Unreadable());
        assertThat(call.results()).containsExactly(new Value.Unreadable());
    }

    @Test
    void aTailCallHasATimeAndNoResult() throws Exception {
        Layout layout = new Layout(Convention.SYSTEM_V, probe("arg1", "ret"), 8);
        MemorySegment record = record(layout, 7L << 32 | Integer.toUnsignedLong(Layout.TAIL_BIT));
        Call call = decode(layout, record);
        assertThat(call.end()).isEqualTo(new Call.End.TailCall(3500));
        assertThat(call.results()).isEmpty();
    }

    /// A record from shared memory may hold anything; a length never reads past its slot.
    @Test
    void lengthsAreBounded() throws Exception {
        Layout layout = new Layout(Convention.SYSTEM_V, probe("str(arg1)", ""), 8);
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 9}) {
            MemorySegment record = record(layout, 7L << 32);
            text(record, layout.entrySlots().getFirst(), length, -1, "abcdefg\0");
            assertThat(decode(layout, record).arguments()).hasSize(1);
        }
    }
}
