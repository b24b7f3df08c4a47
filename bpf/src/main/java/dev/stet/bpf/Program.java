package dev.stet.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.ToIntFunction;

/// A finished program: every label it jumps to exists. Maps are named, not opened: [#encode] puts
/// descriptors in.
///
/// @param instructions in order
/// @param labels instruction index (0 to the count, one behind the last included) of each label
public record Program(List<Instruction> instructions, Map<String, Integer> labels) {
    /// What a verifier of before 5.2 accepted; later ones take a million. Stet's programs have hundreds.
    public static final int MAX_SLOTS = 4096;

    private static final int SLOT_BYTES = 8;
    private static final int BPF_PSEUDO_MAP_FD = 1;

    public Program {
        instructions = List.copyOf(instructions);
        labels = Map.copyOf(labels);
    }

    /// The names of the maps it uses, in order of first use.
    public SequencedSet<String> maps() {
        var names = new java.util.LinkedHashSet<String>();
        for (Instruction instruction : instructions) {
            if (instruction instanceof Instruction.LoadMap load) {
                names.add(load.map());
            }
        }
        return names;
    }

    /// The program as the kernel takes it: 8 bytes a slot, little-endian `struct bpf_insn`.
    ///
    /// @param descriptorOf the open map of a name
    public byte[] encode(ToIntFunction<String> descriptorOf) {
        int[] slotOf = slots();
        ByteBuffer out =
                ByteBuffer.allocate(slotOf[instructions.size()] * SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < instructions.size(); at++) {
            write(out, instructions.get(at), slotOf, slotOf[at], descriptorOf);
        }
        return out.array();
    }

    private int[] slots() {
        int[] slotOf = new int[instructions.size() + 1];
        for (int at = 0; at < instructions.size(); at++) {
            slotOf[at + 1] = slotOf[at] + instructions.get(at).slots();
        }
        if (slotOf[instructions.size()] > MAX_SLOTS) {
            throw new IllegalArgumentException(slotOf[instructions.size()] + " slots, more than " + MAX_SLOTS);
        }
        return slotOf;
    }

    private void write(
            ByteBuffer out, Instruction instruction, int[] slotOf, int slot, ToIntFunction<String> descriptorOf) {
        switch (instruction) {
            case Instruction.Arithmetic(var op, var dst, var src) -> put(out, 0x0f | op.code, dst, src, 0, 0);
            case Instruction.ArithmeticNumber(var op, var dst, int number) ->
                put(out, 0x07 | op.code, dst, Register.R0, 0, number);
            case Instruction.LoadNumber(var dst, long number) -> wide(out, dst, 0, number);
            case Instruction.LoadMap(var dst, var map) ->
                wide(out, dst, BPF_PSEUDO_MAP_FD, descriptorOf.applyAsInt(map));
            case Instruction.Load(var size, var dst, var src, int offset) ->
                put(out, 0x61 | size.code, dst, src, offset, 0);
            case Instruction.Store(var size, var dst, int offset, var src) ->
                put(out, 0x63 | size.code, dst, src, offset, 0);
            case Instruction.StoreNumber(var size, var dst, int offset, int number) ->
                put(out, 0x62 | size.code, dst, Register.R0, offset, number);
            case Instruction.AtomicAdd(var dst, int offset, var src) -> put(out, 0xdb, dst, src, offset, 0);
            case Instruction.Jump(var label) ->
                put(out, 0x05, Register.R0, Register.R0, distance(label, slotOf, slot), 0);
            case Instruction.Branch(var test, var dst, var src, var label) ->
                put(out, 0x0d | test.code, dst, src, distance(label, slotOf, slot), 0);
            case Instruction.BranchNumber(var test, var dst, int number, var label) ->
                put(out, 0x05 | test.code, dst, Register.R0, distance(label, slotOf, slot), number);
            case Instruction.Call(var helper) -> put(out, 0x85, Register.R0, Register.R0, 0, helper.number);
            case Instruction.Exit() -> put(out, 0x95, Register.R0, Register.R0, 0, 0);
        }
    }

    private int distance(String label, int[] slotOf, int slot) {
        int distance = slotOf[labels.get(label)] - slot - 1;
        if (distance != (short) distance) {
            throw new IllegalArgumentException("a jump to " + label + " over " + distance + " slots");
        }
        return distance;
    }

    private static void put(ByteBuffer out, int code, Register dst, Register src, int offset, int number) {
        out.put((byte) code).put((byte) (src.number << 4 | dst.number));
        out.putShort((short) offset).putInt(number);
    }

    private static void wide(ByteBuffer out, Register dst, int pseudo, long number) {
        out.put((byte) 0x18).put((byte) (pseudo << 4 | dst.number)).putShort((short) 0);
        out.putInt((int) number).putInt(0).putInt((int) (number >>> 32));
    }

    /// The program as text, a line an instruction, with its slot numbers and labels.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int[] slotOf = slots();
        for (int at = 0; at <= instructions.size(); at++) {
            for (var label : labels.entrySet()) {
                if (label.getValue() == at) {
                    text.append(label.getKey()).append(":\n");
                }
            }
            if (at < instructions.size()) {
                text.append("%4d: %s%n".formatted(slotOf[at], instructions.get(at)));
            }
        }
        return text.toString();
    }
}
