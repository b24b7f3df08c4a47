package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// The one door: libc's `syscall(2)`, a function to time, and memory that the kernel mapped. Nothing
/// else in Stet makes native calls.
final class Syscall {
    static final Abi ABI = Abi.ofThisMachine();

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = link();

    private static final long AT_PAGESZ = 6;

    private Syscall() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type = FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                type,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /// A function of the C library of one number to another.
    ///
    /// @param address where its first instruction is
    /// @param call of type `(long)long`
    record Function(long address, MethodHandle call) {}

    /// @throws IOException if the C library has none of this name
    @SuppressWarnings("restricted")
    static Function function(String name) throws IOException {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup().find(name).orElseThrow(() -> new IOException("the C library has no " + name));
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        return new Function(symbol.address(), linker.downcallHandle(symbol, type));
    }

    /// Memory that the kernel mapped at an address, until it is unmapped by [#unmap].
    ///
    /// @param bytes its size
    @SuppressWarnings("restricted")
    static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// Calls the kernel, again for as long as a signal interrupts it.
    ///
    /// @param name the call as people know it, for the message: `bpf(BPF_PROG_LOAD)`
    /// @return what the kernel returned; never negative
    static long call(String name, long number, long... arguments) throws SyscallException {
        while (true) {
            long result = once(number, arguments);
            if (result >= 0) {
                return result;
            }
            if (result != -SyscallException.EINTR) {
                throw new SyscallException(name, (int) -result);
            }
        }
    }

    /// Calls the kernel once.
    ///
    /// @param arguments up to six
    /// @return what the kernel returned, or minus the errno
    static long once(long number, long... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            long result = (long) SYSCALL.invokeExact(
                    captured,
                    number,
                    at(arguments, 0),
                    at(arguments, 1),
                    at(arguments, 2),
                    at(arguments, 3),
                    at(arguments, 4),
                    at(arguments, 5));
            return result == -1 ? -(int) ERRNO.get(captured, 0L) : result;
        } catch (RuntimeException | Error known) {
            throw known;
        } catch (Throwable impossible) {
            throw new AssertionError("syscall " + number, impossible);
        }
    }

    private static long at(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    /// mmap(2): shared with the kernel.
    ///
    /// @param bytes a multiple of the page size
    static MemorySegment map(int fd, long offset, long bytes, boolean writable) throws SyscallException {
        long address = call("mmap", ABI.mmap, 0, bytes, writable ? 0x3 : 0x1, 0x1, fd, offset);
        return memory(address, bytes);
    }

    static void unmap(MemorySegment mapped) {
        var ignored = once(ABI.munmap, mapped.address(), mapped.byteSize());
    }

    /// The size of a page: `_SC_PAGESIZE` without sysconf, from the auxiliary vector that the kernel gave
    /// this process (AT_PAGESZ, `/proc/self/auxv`). 4096 if that cannot be read.
    static int pageBytes() {
        try {
            var auxv = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                    .order(ByteOrder.nativeOrder());
            while (auxv.remaining() >= 16) {
                long key = auxv.getLong();
                long value = auxv.getLong();
                if (key == AT_PAGESZ) {
                    return (int) value;
                }
            }
        } catch (IOException e) {
            // the usual size, then
        }
        return 4096;
    }

    /// close(2). Never tried again: Linux has let go of the descriptor whatever it answers.
    static void close(int fd) {
        var ignored = once(ABI.close, fd);
    }

    /// ppoll(2) for reading: waits until one of the descriptors has something, for `millis` at most; below 0
    /// for ever. An interrupting signal ends the wait early.
    static void awaitReadable(long millis, int... fds) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polls = arena.allocate(8L * fds.length, 8);
            for (int i = 0; i < fds.length; i++) {
                polls.set(ValueLayout.JAVA_INT, 8L * i, fds[i]);
                polls.set(ValueLayout.JAVA_SHORT, 8L * i + 4, (short) 1);
            }
            MemorySegment timeout = arena.allocate(16, 8);
            timeout.set(ValueLayout.JAVA_LONG, 0, millis / 1000);
            timeout.set(ValueLayout.JAVA_LONG, 8, millis % 1000 * 1_000_000);
            long result = once(ABI.ppoll, polls.address(), fds.length, millis < 0 ? 0 : timeout.address(), 0, 8);
            if (result < 0 && result != -SyscallException.EINTR) {
                throw new SyscallException("ppoll", (int) -result);
            }
        }
    }
}
