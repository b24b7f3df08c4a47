package dev.stet.agent;

import dev.stet.probe.unwind.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Looks into processes by `/proc/PID/mem` and `/proc/PID/task` (proc(5)).
final class ProcessTarget implements Target {
    @Override
    public boolean threadLives(int pid, int tid) {
        return Files.exists(Path.of("/proc/" + pid + "/task/" + tid));
    }

    @Override
    public Slot slot(int pid, long address) {
        if (address < 0) {
            return new Slot.Unknown(); // the kernel's half
        }
        try (FileChannel memory = FileChannel.open(Path.of("/proc/" + pid + "/mem"))) {
            ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            return memory.read(word, address) == 8 ? new Slot.Holds(word.getLong(0)) : new Slot.Unknown();
        } catch (NoSuchFileException e) {
            return new Slot.Unknown();
        } catch (IOException e) {
            // EIO: nothing is mapped there.
            String why = String.valueOf(e.getMessage());
            return why.contains("Input/output error") ? new Slot.Unmapped() : new Slot.Unknown();
        }
    }
}
