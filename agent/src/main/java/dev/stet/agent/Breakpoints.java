package dev.stet.agent;

import dev.stet.facts.MappedFile;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Looks for breakpoints in the memory of processes. Reading it changes nothing there.
final class Breakpoints {
    /// x86: the instruction that a breakpoint is, of one byte.
    static final byte INT3 = (byte) 0xcc;

    private Breakpoints() {}

    /// Those of some instructions of a mapped file that are an int3 in the process's memory.
    ///
    /// @param offsets file offsets
    /// @throws IOException if the process is gone, or its memory cannot be read
    static List<Long> planted(int pid, MappedFile mapped, Collection<Long> offsets) throws IOException {
        List<Long> planted = new ArrayList<>();
        if (offsets.isEmpty()) {
            return planted;
        }
        try (FileChannel memory = FileChannel.open(Path.of("/proc", Integer.toString(pid), "mem"))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            for (long offset : offsets) {
                long address = offset - mapped.fileOffset() + mapped.start();
                if (address >= mapped.start() && address < mapped.end() && memory.read(one.clear(), address) == 1) {
                    if (one.get(0) == INT3) {
                        planted.add(offset);
                    }
                }
            }
        }
        return planted;
    }

    /// Those of some offsets at which the file itself has no int3.
    static List<Long> notInFile(OpenFile file, List<Long> offsets) throws IOException {
        List<Long> without = new ArrayList<>();
        byte[] one = new byte[1];
        for (long offset : offsets) {
            if (file.read(offset, one, 0, 1) == 1 && one[0] != INT3) {
                without.add(offset);
            }
        }
        return without;
    }
}
