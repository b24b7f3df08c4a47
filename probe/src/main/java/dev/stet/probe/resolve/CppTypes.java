package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;
import java.util.function.Function;

/// Types of the C++ library, of libstdc++ with both of its ABIs and of libc++.
final class CppTypes {
    private CppTypes() {}

    static Optional<Known> recognise(Type.Composite type, Source source) {
        String name = type.name();
        int end = name.indexOf('<');
        if (end < 0) {
            return Optional.empty();
        }
        return switch (name.substring(0, end)) {
            case "basic_string" -> isOfCharacters(name) ? string(type, source) : Optional.empty();
            case "basic_string_view" -> isOfCharacters(name) ? view(type, source) : Optional.empty();
            case "vector" -> vector(type, source);
            case "unique_ptr", "shared_ptr", "weak_ptr", "reference_wrapper" ->
                Inside.pointer(type).map(it -> new Known.Address(it.offset()));
            case "optional" -> optional(type);
            case "map", "set", "multimap", "multiset" -> counted(type, "_M_node_count");
            case "unordered_map", "unordered_set", "unordered_multimap", "unordered_multiset" ->
                counted(type, "_M_element_count");
            default -> Optional.empty();
        };
    }

    private static boolean isOfCharacters(String name) {
        return name.contains("<char,") || name.contains("<char>") || name.contains("<char8_t");
    }

    private static Optional<Known> counted(Type.Composite type, String member) {
        return Inside.named(type, member).filter(it -> it.type().size() == 8).map(it -> new Known.Counted(it.offset()));
    }

    private static Optional<Known> optional(Type.Composite type) {
        Optional<Inside.Member> flag = either(type, "_M_engaged", "__engaged_");
        Optional<Inside.Member> value = either(type, "_M_value", "__val_");
        return flag.isPresent() && value.isPresent()
                ? Optional.of(new Known.Maybe(flag.get().offset(), value.get()))
                : Optional.empty();
    }

    private static Optional<Inside.Member> either(Type type, String gnu, String llvm) {
        return Inside.named(type, gnu).or(() -> Inside.named(type, llvm));
    }

    private static Optional<Known> view(Type.Composite type, Source source) {
        Optional<Inside.Member> text = either(type, "_M_str", "__data_").or(() -> Inside.named(type, "__data"));
        Optional<Inside.Member> length = either(type, "_M_len", "__size_").or(() -> Inside.named(type, "__size"));
        return text.isPresent() && length.isPresent()
                ? pair(source, text.get().offset(), length.get().offset())
                : Optional.empty();
    }

    private static Optional<Known> pair(Source source, long address, long length) {
        Optional<Word> begin = source.word(address, 8);
        Optional<Word> bytes = source.word(length, 8);
        return begin.isPresent() && bytes.isPresent()
                ? Optional.of(new Known.Text(new Stretch(begin.get(), bytes.get())))
                : Optional.empty();
    }

    private static Optional<Known> string(Type.Composite type, Source source) {
        // It holds the pointer only, but Clang does not say so.
        Optional<Inside.Member> pointer = Inside.named(type, "_M_dataplus");
        Optional<Inside.Member> length = Inside.named(type, "_M_string_length");
        if (pointer.isPresent() && length.isPresent()) {
            return pair(source, pointer.get().offset(), length.get().offset());
        }
        if (pointer.isPresent()) {
            return source.word(pointer.get().offset(), 8).map(it -> new Known.Text(shared(it)));
        }
        boolean llvm = Inside.named(type, "__r_").isPresent()
                || Inside.named(type, "__rep_").isPresent();
        return llvm && type.size() == 24 ? source.address().map(it -> new Known.Text(llvm(it))) : Optional.empty();
    }

    /// libstdc++ before GCC 5: length, capacity and count of users are before the text
    /// (`bits/cow_string.h`, `_Rep_base`).
    private static Stretch shared(Word text) {
        return new Stretch(text, text.plus(-24).load());
    }

    /// libc++: bit 0 of the first byte says whether the text is elsewhere. It is then: capacity, length,
    /// pointer;
    /// else length in the byte's other bits, text.
    private static Stretch llvm(Word at) {
        Word first = at.load(1, false);
        Word ifLong = Word.of(0).calculate(Operator.SUBTRACT, first.calculate(Operator.AND, Word.of(1)));
        Word shortLength = first.calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(1));
        return new Stretch(
                choose(ifLong, at.plus(16).load(), at.plus(1)),
                choose(ifLong, at.plus(8).load(), shortLength));
    }

    /// Without a branch: the kernel's verifier follows each way through a program, and ways multiply.
    ///
    /// @param mask all bits, or none
    private static Word choose(Word mask, Word then, Word otherwise) {
        Word difference = then.calculate(Operator.XOR, otherwise);
        return otherwise.calculate(Operator.XOR, difference.calculate(Operator.AND, mask));
    }

    private static Stretch gnu(Word at) {
        return new Stretch(at.load(), at.plus(8).load());
    }

    /// What is only declared, by its name: Clang describes strings in the library only.
    static Optional<Known> declared(Type.Opaque type, Source source) {
        return isDeclaredString(type) ? source.address().map(it -> new Known.Text(string(it))) : Optional.empty();
    }

    static boolean isDeclaredString(Type.Opaque type) {
        return type.name().startsWith("basic_string<") && isOfCharacters(type.name());
    }

    /// The string of a library that nobody named. libstdc++'s points into itself, or has a pointer, a length
    /// and a
    /// capacity from 16 that is no less; libc++'s would have to hold such numbers as text.
    static Stretch string(Word at) {
        Word pointer = at.load();
        Word length = at.plus(8).load();
        Word capacity = at.plus(16).load();
        Word itself = pointer.calculate(Operator.EQUAL, at.plus(16));
        Word isAddress = both(
                new Word.Calculation(Operator.LESS_UNSIGNED, Word.of(0xfff), pointer),
                pointer.calculate(Operator.LESS_UNSIGNED, Word.of(1L << 56)));
        Word isCapacity = both(
                new Word.Calculation(Operator.LESS_UNSIGNED, Word.of(15), capacity),
                capacity.calculate(Operator.LESS_UNSIGNED, Word.of(1L << 40)));
        Word fits = length.calculate(Operator.LESS_OR_EQUAL_UNSIGNED, capacity);
        Word even = pointer.calculate(Operator.AND, Word.of(1)).calculate(Operator.EQUAL, Word.of(0));
        Word apart = both(both(even, isAddress), both(isCapacity, fits));
        Word isGnu = new Word.Either(itself, apart);
        Function<Function<Stretch, Word>, Word> choose =
                part -> new Word.Choice(isGnu, part.apply(gnu(at)), part.apply(llvm(at)));
        return new Stretch(
                choose.apply(Stretch::address), choose.apply(it -> it.length().orElseThrow()));
    }

    private static Word both(Word left, Word right) {
        return new Word.Both(left, right);
    }

    private static Optional<Known> vector(Type.Composite type, Source source) {
        Optional<Inside.Member> begin = either(type, "_M_start", "__begin_");
        Optional<Inside.Member> end = either(type, "_M_finish", "__end_");
        if (begin.isEmpty() || end.isEmpty() || !(begin.get().type() instanceof Type.Pointer pointer)) {
            return Optional.empty();
        }
        Optional<Word> first = source.word(begin.get().offset(), 8);
        Optional<Word> last = source.word(end.get().offset(), 8);
        return first.isPresent() && last.isPresent()
                ? Optional.of(new Known.Row(
                        first.get(),
                        last.get().calculate(Operator.SUBTRACT, first.get()),
                        TypeReader.read(pointer.target())))
                : Optional.empty();
    }
}
