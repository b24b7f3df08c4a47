package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Optional;

/// The names of source files, from the header of a unit's line table (DWARF5 section 6.2.4).
final class LineFiles {
    private static final int DW_LNCT_PATH = 1;
    private static final int DW_LNCT_DIRECTORY_INDEX = 2;
    private static final int MAX_FORMATS = 255;

    /// Headers of large C++ files name some thousand.
    private static final int MAX_FILES = 1 << 17;

    private final Unit unit;
    private final Cursor in;
    private final boolean wide;

    private LineFiles(Unit unit, Cursor in, boolean wide) {
        this.unit = unit;
        this.in = in;
        this.wide = wide;
    }

    /// The name of a file as the compiler was given it, or as it says where that is.
    ///
    /// @param index as DW_AT_decl_file has it
    /// @return empty if there is no line table or it has no such file
    static Optional<String> name(Unit unit, long index) throws BinaryException {
        var table = unit.root().number(At.STMT_LIST);
        if (table.isEmpty() || unit.file.region("line").isEmpty() || index < 0 || index > MAX_FILES) {
            return Optional.empty();
        }
        try {
            Cursor in = unit.file.required("line").seek(table.getAsLong());
            boolean wide = in.u32() == 0xffff_ffffL;
            in.skip(wide ? 8 : 0);
            int version = in.u16();
            if (version < 2 || version > 5) {
                return Optional.empty();
            }
            in.skip(version == 5 ? 2 : 0);
            in.skip(wide ? 8 : 4);
            // minimum_instruction_length to line_range, of which version 4 has one more
            in.skip(version >= 4 ? 5 : 4);
            int opcodes = in.u8();
            in.skip(Math.max(0, opcodes - 1));
            LineFiles files = new LineFiles(unit, in, wide);
            return version == 5 ? files.modern(index) : files.old(index);
        } catch (MalformedBinaryException broken) {
            // A signature is worth having without the place where it is written.
            unit.file.budget().spend(0);
            return Optional.empty();
        }
    }

    private Optional<String> old(long index) throws BinaryException {
        long directories = in.position();
        while (in.u8() != 0) {
            in.skipText();
        }
        for (long i = 1; i < index; i++) {
            if (in.u8() == 0) {
                return Optional.empty();
            }
            in.skipText();
            skipNumbers();
        }
        String name = in.text();
        if (index == 0 || name.isEmpty()) {
            return Optional.empty();
        }
        long directory = in.uleb();
        if (directory <= 0 || directory > MAX_FILES || name.startsWith("/")) {
            return Optional.of(name);
        }
        in.seek(directories);
        for (long i = 1; i < directory; i++) {
            if (in.u8() == 0) {
                return Optional.of(name);
            }
            in.skipText();
        }
        String path = in.text();
        return Optional.of(path.isEmpty() ? name : path + "/" + name);
    }

    private void skipNumbers() throws BinaryException {
        in.skipLeb();
        in.skipLeb();
        in.skipLeb();
        unit.file.budget().spend(1);
    }

    /// One entry of the tables of version 5.
    private record Entry(int form, long path, long directory) {}

    private Optional<String> modern(long index) throws BinaryException {
        long directories = in.position();
        Optional<Entry> _ = table(-1);
        Optional<Entry> found = table(index);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> name = text(found.get());
        long directory = found.get().directory();
        if (name.isEmpty() || name.get().startsWith("/") || directory == 0) {
            return name;
        }
        in.seek(directories);
        Optional<Entry> path = table(directory);
        Optional<String> where = path.isPresent() ? text(path.get()) : Optional.empty();
        return where.isPresent() ? Optional.of(where.get() + "/" + name.get()) : name;
    }

    private Optional<String> text(Entry entry) throws BinaryException {
        return entry.form() == Form.STRING
                ? Optional.of(in.seek(entry.path()).text())
                : unit.file.texts().read(unit, entry.form(), entry.path());
    }

    private Optional<Entry> table(long wanted) throws BinaryException {
        int formats = in.u8();
        in.require(formats <= MAX_FORMATS, "has too many formats");
        long[] types = new long[formats];
        int[] forms = new int[formats];
        for (int i = 0; i < formats; i++) {
            types[i] = in.uleb();
            forms[i] = Math.clamp(in.uleb(), 0, Integer.MAX_VALUE);
        }
        long count = in.uleb();
        in.require(count >= 0 && count <= MAX_FILES, "has a table of " + count + " files");
        Optional<Entry> found = Optional.empty();
        for (long n = 0; n < count; n++) {
            int form = 0;
            long path = 0;
            long directory = 0;
            for (int i = 0; i < formats; i++) {
                long value = value(forms[i]);
                if (types[i] == DW_LNCT_PATH) {
                    form = forms[i];
                    path = value;
                } else if (types[i] == DW_LNCT_DIRECTORY_INDEX) {
                    directory = value;
                }
            }
            if (n == wanted) {
                found = Optional.of(new Entry(form, path, directory));
            }
            unit.file.budget().spend(1 + formats);
        }
        return found;
    }

    private long value(int form) throws BinaryException {
        long at = in.position();
        int width = Form.width(form, wide, false);
        return switch (width) {
            case 1 -> in.u8();
            case 2 -> in.u16();
            case 4 -> in.u32();
            case 8 -> in.u64();
            case Form.BY_LEB -> in.uleb();
            default -> {
                if (width >= 0) {
                    in.skip(width);
                } else {
                    Abbrev.skipVariable(in, width);
                }
                yield at;
            }
        };
    }
}
