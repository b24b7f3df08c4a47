package dev.stet.probe.compile;

import dev.stet.bpf.Register;
import dev.stet.probe.compile.Step.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where each variable of a list of steps is: linear scan. A variable that lives across a call of the kernel
/// can only be in a register that calls leave alone; what finds no register is put on the stack, and there the
/// one that is needed longest.
final class Allocation {
    /// What calls destroy, but for R0 and R5, which [Emission] works with.
    private static final List<Register> ANY = List.of(Register.R1, Register.R2, Register.R3, Register.R4);
    /// What calls leave alone and the program's frame has no use for.
    private static final List<Register> KEPT = List.of(Register.R7, Register.R8);

    /// Where a variable is.
    sealed interface Home {
        /// In a register.
        record InRegister(Register register) implements Home {}

        /// On the stack, 8 bytes at this distance from the frame pointer.
        record OnStack(int offset) implements Home {}
    }

    /// From the step that first mentions it to the one that last does.
    private record Life(Variable variable, int first, int last, boolean acrossCall) {}

    private final Map<Variable, Home> homes = new HashMap<>();
    private final List<Life> active = new ArrayList<>();
    private final Map<Integer, Integer> slotsInUse = new HashMap<>(); // offset to the step after which it is free
    private final int top;
    private int lowest;

    /// @param top offset below which the stack is free
    private Allocation(int top) {
        this.top = top;
        this.lowest = top;
    }

    /// Homes for all variables.
    ///
    /// @param top offset from the frame pointer below which the stack is free: a multiple of 8, not positive
    static Allocation of(List<Step> steps, int top) {
        Allocation allocation = new Allocation(top);
        for (Life life : lives(steps)) {
            allocation.place(life);
        }
        return allocation;
    }

    Home home(Variable variable) {
        return homes.get(variable);
    }

    /// How many bytes of stack it took.
    int stackBytes() {
        return top - lowest;
    }

    private static List<Life> lives(List<Step> steps) {
        Map<Variable, int[]> spans = new HashMap<>();
        List<Integer> calls = new ArrayList<>();
        for (int at = 0; at < steps.size(); at++) {
            for (Variable variable : steps.get(at).variables()) {
                int now = at;
                spans.computeIfAbsent(variable, _ -> new int[] {now, now})[1] = now;
            }
            if (steps.get(at).calls()) {
                calls.add(at);
            }
        }
        List<Life> lives = new ArrayList<>();
        spans.forEach((variable, span) -> {
            boolean across = calls.stream().anyMatch(call -> span[0] < call && call < span[1]);
            lives.add(new Life(variable, span[0], span[1], across));
        });
        lives.sort(Comparator.comparingInt(Life::first).thenComparingInt(life -> life.variable.number()));
        return lives;
    }

    private void place(Life life) {
        active.removeIf(other -> other.last < life.first);
        Set<Register> taken = new HashSet<>();
        active.forEach(other -> {
            if (homes.get(other.variable) instanceof Home.InRegister(var register)) {
                taken.add(register);
            }
        });
        List<Register> choices = new ArrayList<>(life.acrossCall ? List.of() : ANY);
        choices.addAll(KEPT);
        for (Register register : choices) {
            if (!taken.contains(register)) {
                homes.put(life.variable, new Home.InRegister(register));
                active.add(life);
                return;
            }
        }
        evict(life, choices);
    }

    /// The one that is needed longest goes to the stack; it may be the new one itself. What is on the stack has been
    /// there all its life: homes are given before anything is emitted.
    private void evict(Life life, List<Register> choices) {
        Life longest = life;
        for (Life other : active) {
            boolean fits =
                    homes.get(other.variable) instanceof Home.InRegister(var register) && choices.contains(register);
            if (fits && other.last > longest.last) {
                longest = other;
            }
        }
        if (!longest.equals(life)) {
            homes.put(life.variable, homes.get(longest.variable));
            active.remove(longest);
            active.add(life);
        }
        homes.put(longest.variable, new Home.OnStack(slot(longest)));
    }

    private int slot(Life life) {
        for (int offset = top - 8; offset >= lowest; offset -= 8) {
            if (slotsInUse.get(offset) < life.first) {
                slotsInUse.put(offset, life.last);
                return offset;
            }
        }
        lowest -= 8;
        slotsInUse.put(lowest, life.last);
        return lowest;
    }
}
