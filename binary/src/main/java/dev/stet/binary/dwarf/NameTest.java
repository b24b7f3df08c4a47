package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Does an entry have a certain name? Asked of all entries of a program, so the places in `.debug_str` that
/// have the name are looked up once, and then only numbers are compared.
final class NameTest {
    /// The linker keeps a text once, but every text that ends with the name has it too.
    private static final int MAX_PLACES = 1 << 18;

    private final DwarfFile file;
    private final byte[] wanted;
    private long[] places;
    private NameTest shared;

    NameTest(DwarfFile file, String name) {
        this.file = file;
        this.wanted = name.getBytes(StandardCharsets.UTF_8);
    }

    boolean accepts(Die die) throws BinaryException {
        return accepts(die, At.NAME);
    }

    boolean accepts(Die die, int attribute) throws BinaryException {
        int form = die.form(attribute);
        long value = die.raw(attribute);
        return switch (form) {
            case 0 -> false;
            case Form.STRP -> isPlace(value);
            case Form.STRX, Form.STRX1, Form.STRX2, Form.STRX3, Form.STRX4, Form.GNU_STR_INDEX ->
                isPlace(file.texts().offset(die.unit, form, value));
            case Form.STRP_SUP, Form.GNU_STRP_ALT -> inShared(value);
            default -> file.texts().matches(die.unit, form, value, wanted);
        };
    }

    private boolean inShared(long value) throws BinaryException {
        Optional<DwarfFile> other = file.supplement();
        if (other.isEmpty()) {
            return false;
        }
        shared = shared == null ? new NameTest(other.get(), new String(wanted, StandardCharsets.UTF_8)) : shared;
        return shared.isPlace(value);
    }

    private boolean isPlace(long offset) throws BinaryException {
        if (places == null) {
            places = find();
        }
        return Arrays.binarySearch(places, offset) >= 0;
    }

    private long[] find() throws BinaryException {
        Longs found = new Longs();
        if (file.region("str").isEmpty()) {
            return found.toArray();
        }
        Cursor in = file.cursor("str");
        long end;
        while ((end = in.find(wanted)) >= 0) {
            in.require(found.size() < MAX_PLACES, "has the name more than " + MAX_PLACES + " times");
            found.add(end);
        }
        return found.toArray();
    }
}
