package dev.stet.agent;

import dev.stet.facts.MappedFile;
import dev.stet.probe.AttachPoint;
import dev.stet.probe.Attachment;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Consumer;

/// Are the breakpoints there that Stet has planted? A program that copies or drops its own text has them no more, and
/// nothing else says so: no call is seen, and no error. A few processes at a time, and a few places of each file.
final class BreakpointWatch {
    /// Processes that are looked at each time, in turn.
    private static final int AT_ONCE = 4;
    /// Functions of one file that are looked at.
    private static final int SAMPLE = 8;
    /// Files of one process.
    private static final int FILES = 8;

    private static final int INT3 = 0xcc;
    /// What the kernel makes of a probed 5-byte NOP (arch/x86/kernel/uprobes.c, from Linux 6.18 on).
    private static final int CALL = 0xe8;

    private final ProcReader proc;
    private final Consumer<AgentEvent> sink;
    /// How often in a row something of it was missed.
    private final Map<Attachment, Integer> missed = new WeakHashMap<>();
    private int turn;

    BreakpointWatch(ProcReader proc, Consumer<AgentEvent> sink) {
        this.proc = proc;
        this.sink = sink;
    }

    /// Looks at those whose turn it is, and tells of what is gone, once.
    void look(Collection<Target> targets) {
        List<Target> probed = targets.stream()
                .filter(target -> !target.attachments().isEmpty())
                .toList();
        for (int i = 0; i < Math.min(AT_ONCE, probed.size()); i++) {
            look(probed.get((turn + i) % probed.size()));
        }
        turn = probed.isEmpty() ? 0 : (turn + AT_ONCE) % probed.size();
    }

    private void look(Target target) {
        int pid = target.identity.pid();
        List<Attachment> attachments =
                target.attachments().stream().limit(FILES).toList();
        try (FileChannel memory = FileChannel.open(Path.of("/proc", Integer.toString(pid), "mem"))) {
            List<MappedFile> mapped = proc.executableMappings(pid);
            for (Attachment attachment : attachments) {
                int checked = 0;
                int gone = 0;
                for (long offset : sample(attachment)) {
                    for (MappedFile file : mapped) {
                        long address = offset - file.fileOffset() + file.start();
                        boolean here = file.path().equals(attachment.path())
                                && address >= file.start()
                                && address < file.end();
                        if (here) {
                            checked++;
                            gone += isThere(memory, address) ? 0 : 1;
                        }
                    }
                }
                // The first time it may just be let go, or be of the program before an exec.
                int times = gone == 0 ? 0 : missed.getOrDefault(attachment, 0) + 1;
                missed.put(attachment, times);
                if (times == 2 && target.attachments().contains(attachment)) {
                    sink.accept(new AgentEvent.Vanished(attachment, gone, checked));
                }
            }
        } catch (IOException e) {
            // it has ended, or nobody may read its memory: then nothing can be said
        }
    }

    private static boolean isThere(FileChannel memory, long address) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        if (memory.read(one, address) != 1) {
            return true; // nobody knows
        }
        int found = Byte.toUnsignedInt(one.get(0));
        return found == INT3 || found == CALL;
    }

    /// Spread over all of them.
    private static List<Long> sample(Attachment attachment) {
        List<AttachPoint> points = attachment.points();
        List<Long> offsets = new ArrayList<>();
        int step = Math.max(points.size() / SAMPLE, 1);
        for (int i = 0; i < points.size() && offsets.size() < 2 * SAMPLE; i += step) {
            AttachPoint point = points.get(i);
            offsets.add(point.entryOffset());
            point.exits().stream().findFirst().ifPresent(exit -> offsets.add(exit.fileOffset()));
        }
        return offsets;
    }
}
