package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Optional;

/// The texts of a file: `.debug_str`, `.debug_line_str`, `.debug_str_offsets` and those in the entries.
final class Texts {
    private final DwarfFile file;

    Texts(DwarfFile file) {
        this.file = file;
    }

    /// @return empty if the form is none of a text, or the text is in a file that is not there
    Optional<String> read(Unit unit, int form, long value) throws BinaryException {
        return switch (form) {
            case Form.STRING ->
                Optional.of(file.random(unit.inTypes).seek(value).text());
            case Form.STRP -> at("str", value);
            case Form.LINE_STRP -> at("line_str", value);
            case Form.STRP_SUP, Form.GNU_STRP_ALT -> {
                Optional<DwarfFile> other = file.supplement();
                yield other.isPresent() ? other.get().texts().at("str", value) : Optional.empty();
            }
            case Form.STRX, Form.STRX1, Form.STRX2, Form.STRX3, Form.STRX4, Form.GNU_STR_INDEX ->
                at("str", offset(unit, form, value));
            default -> Optional.empty();
        };
    }

    /// Where in `.debug_str` the text of an index is (DWARF5 section 7.26).
    long offset(Unit unit, int form, long index) throws BinaryException {
        Cursor in = file.required("str_offsets");
        long header = form == Form.GNU_STR_INDEX ? 0 : unit.wide ? 16 : 8;
        long base = unit.base(At.STR_OFFSETS_BASE, header);
        return Addresses.seek(in, base, index, unit.wide ? 8 : 4).offset(unit.wide);
    }

    /// Is this what the attribute says? Does not read more of the text than is needed.
    boolean matches(Unit unit, int form, long value, byte[] wanted) throws BinaryException {
        return switch (form) {
            case Form.STRING -> file.random(unit.inTypes).seek(value).isText(wanted);
            case Form.LINE_STRP -> file.required("line_str").seek(value).isText(wanted);
            default -> false;
        };
    }

    private Optional<String> at(String section, long offset) throws BinaryException {
        return Optional.of(file.required(section).seek(offset).text());
    }
}
