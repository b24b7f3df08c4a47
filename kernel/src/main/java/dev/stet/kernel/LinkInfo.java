package dev.stet.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An uprobe_multi link as the kernel knows it, whoever made it. The kernel is the one witness that cannot
/// be out of date.
///
/// @param id of the link
/// @param program the program's name, at most 15 bytes
/// @param pid of the process it is confined to; 0 if it is in every process
/// @param path of the file, as the kernel resolved it; empty if it no longer has one
/// @param offsets file offsets, in bytes
public record LinkInfo(int id, String program, int pid, String path, List<Long> offsets) {
    private static final int BPF_PROG_GET_FD_BY_ID = 13;
    private static final int BPF_OBJ_GET_INFO_BY_FD = 15;
    private static final int BPF_LINK_GET_FD_BY_ID = 30;
    private static final int BPF_LINK_GET_NEXT_ID = 31;
    private static final int BPF_LINK_TYPE_UPROBE_MULTI = 12;
    private static final int INFO_BYTES = 80;
    private static final int PROGRAM_INFO_BYTES = 80;
    private static final int PATH_BYTES = 4096;
    /// More than Stet ever attaches with one link; the kernel's own bound is 2^20.
    private static final int MAX_OFFSETS = 1 << 16;

    public LinkInfo {
        offsets = List.copyOf(offsets);
    }

    /// Every uprobe_multi link on this machine, in the order of their ids. Those that go while this looks
    /// are left out.
    public static List<LinkInfo> all() throws SyscallException {
        List<LinkInfo> links = new ArrayList<>();
        int id = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena);
            while (true) {
                attr.fill((byte) 0);
                attr.set(ValueLayout.JAVA_INT, 0, id);
                try {
                    var ignored = Bpf.bpf("bpf(BPF_LINK_GET_NEXT_ID)", BPF_LINK_GET_NEXT_ID, attr, 12);
                } catch (SyscallException e) {
                    if (e.errno() == SyscallException.ENOENT) {
                        return links;
                    }
                    throw e;
                }
                id = attr.get(ValueLayout.JAVA_INT, 4);
                read(id).ifPresent(links::add);
            }
        }
    }

    private static Optional<LinkInfo> read(int id) throws SyscallException {
        try (Descriptor link = byId(BPF_LINK_GET_FD_BY_ID, "link", id);
                Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, 8);
            fill(link, info);
            if (info.get(ValueLayout.JAVA_INT, 0) != BPF_LINK_TYPE_UPROBE_MULTI) {
                return Optional.empty();
            }
            int programId = info.get(ValueLayout.JAVA_INT, 8);
            int count = Math.min(info.get(ValueLayout.JAVA_INT, 52), MAX_OFFSETS);
            MemorySegment path = arena.allocate(PATH_BYTES);
            MemorySegment offsets = arena.allocate(8L * Math.max(count, 1), 8);
            info.fill((byte) 0);
            info.set(ValueLayout.JAVA_LONG, 16, path.address());
            info.set(ValueLayout.JAVA_LONG, 24, offsets.address());
            info.set(ValueLayout.JAVA_INT, 48, PATH_BYTES);
            info.set(ValueLayout.JAVA_INT, 52, count);
            fill(link, info);
            List<Long> list = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                list.add(offsets.get(ValueLayout.JAVA_LONG, 8L * i));
            }
            return Optional.of(new LinkInfo(
                    id, programName(programId), info.get(ValueLayout.JAVA_INT, 60), path.getString(0), list));
        } catch (SyscallException e) {
            if (e.errno() == SyscallException.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String programName(int id) throws SyscallException {
        try (Descriptor program = byId(BPF_PROG_GET_FD_BY_ID, "program", id);
                Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(PROGRAM_INFO_BYTES, 8);
            fill(program, info);
            return info.getString(64);
        }
    }

    private static Descriptor byId(int command, String what, int id) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, id);
            return new Descriptor(Bpf.bpf("bpf(" + what + " by id)", command, attr, 12), what + " " + id);
        }
    }

    private static void fill(Descriptor object, MemorySegment info) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, object.fd());
            attr.set(ValueLayout.JAVA_INT, 4, (int) info.byteSize());
            attr.set(ValueLayout.JAVA_LONG, 8, info.address());
            var ignored = Bpf.bpf("bpf(BPF_OBJ_GET_INFO_BY_FD)", BPF_OBJ_GET_INFO_BY_FD, attr, 16);
        }
    }
}
