package dev.stet.probe.unwind;

import dev.stet.probe.unwind.Abandoned.Cause;
import dev.stet.probe.unwind.Marker.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A thread of C or C++ with several stacks, one of them within a frame of another; or a goroutine. It calls,
/// returns, jumps from function to function, throws and catches, with markers or without, jumps far, switches
/// stacks, throws stacks away, and ends.
final class SimulatedThread {
    private static final int STACK_BYTES = 2048;
    private static final int FUNCTIONS = 5;

    private final SimulatedKernel kernel;
    private final Random random;
    private final Owner owner;
    private final List<Stack> stacks = new ArrayList<>();
    private Stack current;

    /// @param call empty if nothing probes the function
    /// @param entry stack pointer at the entry
    /// @param pointer stack pointer while it calls others
    private record Frame(Optional<UnderWay> call, long entry, long pointer) {}

    private static final class Stack {
        final long low;
        final long high;
        final List<Frame> frames = new ArrayList<>();

        /// The stack that this one is in a frame of, and how many frames that has at least as long as this is.
        final Optional<Stack> holder;

        final int depth;

        Stack(long low, long high, Optional<Stack> holder) {
            this.low = low;
            this.high = high;
            this.holder = holder;
            this.depth = holder.map(it -> it.frames.size()).orElse(0);
        }

        long pointer() {
            return frames.isEmpty() ? high : frames.getLast().pointer();
        }

        boolean isWithin(Stack other) {
            return equals(other) || holder.map(it -> it.isWithin(other)).orElse(false);
        }
    }

    /// @param base where its stacks are, side by side in no order
    SimulatedThread(SimulatedKernel kernel, Owner owner, long base) {
        this.kernel = kernel;
        this.random = kernel.random;
        this.owner = owner;
        kernel.living.add(owner);
        int count = owner instanceof Owner.NativeThread ? 4 : 1;
        for (int i = 0; i < count; i++) {
            add(new Stack(base + (long) i * STACK_BYTES, base + (i + 1L) * STACK_BYTES, Optional.empty()));
        }
        current = stacks.get(random.nextInt(count));
    }

    private void add(Stack stack) {
        for (long at = stack.low; at < stack.high; at += 8) {
            kernel.memory.put(at, 0L);
        }
        stacks.add(stack);
    }

    boolean isGo() {
        return owner instanceof Owner.Goroutine;
    }

    /// As frames are told to the kernel's programs.
    private long told(long pointer) {
        return isGo() ? current.high - pointer : pointer;
    }

    void step() {
        int what = random.nextInt(100);
        if (what < 50) {
            call();
        } else if (what < 80) {
            giveBack();
        } else if (what < 84) {
            tailCall();
        } else if (what < 88) {
            if (isGo()) {
                panic();
            } else {
                exception(random.nextInt(4) > 0, random.nextBoolean());
            }
        } else if (what < 90 && !isGo()) {
            farJump();
        } else if (what < 96 && !isGo()) {
            switchStack(random.nextInt(3) == 0);
        } else if (what < 97 && !isGo()) {
            throwAway();
        } else if (what < 98 && !isGo()) {
            nest();
        }
    }

    void call() {
        long entry = current.pointer() - 8;
        long pointer = entry - 8L * (1 + random.nextInt(8));
        if (pointer - 64 < current.low) {
            return;
        }
        push(entry, pointer);
    }

    private void push(long entry, long pointer) {
        if (!isGo()) {
            kernel.memory.put(entry, (long) random.nextInt(3));
            for (long at = pointer; at < entry; at += 8) {
                kernel.memory.put(at, (long) random.nextInt(3));
            }
        }
        boolean isProbed = random.nextInt(5) > 0;
        Optional<UnderWay> call =
                isProbed ? Optional.of(kernel.enter(owner, random.nextInt(FUNCTIONS), told(entry))) : Optional.empty();
        current.frames.add(new Frame(call, entry, pointer));
    }

    void giveBack() {
        if (!current.frames.isEmpty()) {
            current.frames.removeLast().call().ifPresent(kernel::leave);
            dropNested();
        }
    }

    /// The probed exit, then another function's entry, with the same stack pointer.
    private void tailCall() {
        if (!current.frames.isEmpty()) {
            Frame frame = current.frames.removeLast();
            frame.call().ifPresent(kernel::leave);
            dropNested();
            push(frame.entry(), frame.pointer());
        }
    }

    private void abandonTo(int kept, Cause cause) {
        abandon(current, kept, cause);
        dropNested();
    }

    private void abandon(Stack stack, int kept, Cause cause) {
        while (stack.frames.size() > kept) {
            stack.frames.removeLast().call().ifPresent(call -> kernel.abandon(call, cause));
        }
    }

    /// With a frame go the stacks that are in it.
    private void dropNested() {
        boolean isAny = true;
        while (isAny) {
            isAny = stacks.removeIf(stack -> {
                boolean isGone = stack.holder
                        .map(it -> it.frames.size() < stack.depth || !stacks.contains(it))
                        .orElse(false);
                if (isGone) {
                    abandon(stack, 0, Cause.UNKNOWN);
                }
                return isGone;
            });
        }
    }

    /// @param isMarked somebody watches the throwing
    /// @param isCatchMarked and the catching; Rust's is not
    void exception(boolean isMarked, boolean isCatchMarked) {
        if (current.frames.isEmpty()) {
            return;
        }
        int kept = 1 + random.nextInt(current.frames.size());
        long thrower = current.pointer() - 8;
        if (isMarked) {
            kernel.mark(owner, Kind.RAISE, told(thrower));
        }
        if (random.nextInt(3) == 0 && kept < current.frames.size()) {
            // A destructor that runs in between throws and catches by itself.
            call();
            exceptionWithin(isMarked && isCatchMarked);
        }
        abandonTo(kept, Cause.EXCEPTION);
        if (isMarked && isCatchMarked) {
            kernel.mark(owner, Kind.CATCH, told(current.pointer() - 8));
        }
    }

    private void exceptionWithin(boolean isMarked) {
        int kept = current.frames.size();
        call();
        if (isMarked) {
            kernel.mark(owner, Kind.RAISE, told(current.pointer() - 8));
        }
        abandonTo(kept, Cause.EXCEPTION);
        if (isMarked) {
            kernel.mark(owner, Kind.CATCH, told(current.pointer() - 8));
        }
    }

    private void farJump() {
        if (!current.frames.isEmpty()) {
            int kept = 1 + random.nextInt(current.frames.size());
            kernel.mark(owner, Kind.LONGJMP, told(current.pointer() - 8));
            abandonTo(kept, Cause.LONGJMP);
        }
    }

    /// By swapcontext, or as some do by longjmp.
    private void switchStack(boolean isMarked) {
        if (isMarked) {
            kernel.mark(owner, Kind.LONGJMP, told(current.pointer() - 8));
        }
        current = stacks.get(random.nextInt(stacks.size()));
    }

    /// Another coroutine is thrown away with all that it had begun; its memory serves again.
    private void throwAway() {
        Stack other = stacks.get(random.nextInt(stacks.size()));
        if (!current.isWithin(other)) {
            abandon(other, 0, Cause.UNKNOWN);
            dropNested();
        }
    }

    /// A stack in a local variable of the present function.
    private void nest() {
        long high = current.pointer() - 8;
        long low = high - 256;
        if (stacks.size() < 7 && !current.frames.isEmpty() && low - 256 > current.low) {
            Frame maker = current.frames.removeLast();
            current.frames.add(new Frame(maker.call(), maker.entry(), low - 8));
            add(new Stack(low, high, Optional.of(current)));
        }
    }

    private void panic() {
        if (current.frames.isEmpty()) {
            return;
        }
        int kept = 1 + random.nextInt(current.frames.size());
        kernel.mark(owner, Kind.PANIC, told(current.pointer() - 8));
        for (int i = random.nextInt(3); i > 0; i--) {
            call();
            giveBack();
        }
        abandonTo(kept, Cause.PANIC);
        giveBack();
    }

    void goexit() {
        if (current.frames.isEmpty()) {
            return;
        }
        kernel.mark(owner, Kind.GOEXIT, told(current.pointer() - 8));
        abandonTo(0, Cause.GOEXIT);
    }

    /// Returns from all calls of this stack.
    void unwindAll() {
        while (!current.frames.isEmpty()) {
            giveBack();
        }
    }

    /// A call from the outermost frame, the next one's place being all that is outside of it.
    void callProbed() {
        current.frames.add(new Frame(
                Optional.of(kernel.enter(owner, FUNCTIONS, told(current.high))), current.high, current.high - 8));
    }

    void end() {
        for (Stack stack : stacks) {
            abandon(stack, 0, Cause.END);
        }
        kernel.living.remove(owner);
    }
}
