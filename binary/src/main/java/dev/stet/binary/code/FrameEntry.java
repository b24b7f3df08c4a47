package dev.stet.binary.code;

import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;

/// One entry of `.eh_frame` (LSB 5.0 core, 10.6.1; DWARF 5, 6.4): the code that it is about, and where the
/// caller's frame is at its first instruction.
///
/// @param begin virtual address
/// @param size in bytes
/// @param register the frame is at an offset from it, by DWARF's numbers; -1 if it is elsewhere
/// @param offset in bytes
record FrameEntry(long begin, long size, long register, long offset) {
    private static final int DW_EH_PE_PCREL = 0x10;
    private static final int MAX_AUGMENTATION_BYTES = 16;
    private static final int DW_CFA_ADVANCE_LOC = 1;
    private static final int DW_CFA_OFFSET = 2;
    private static final int DW_CFA_RESTORE = 3;

    /// @param common of many entries: the record that this one points to, without its length
    /// @param own the record without its length
    /// @param address of what `own` begins with
    static FrameEntry read(ByteView common, ByteView own, long address) throws MalformedBinaryException {
        Common shared = Common.read(common);
        Bytes bytes = new Bytes(own, 4);
        long at = address + bytes.at;
        long begin = bytes.pointer(shared.encoding) + ((shared.encoding & 0x70) == DW_EH_PE_PCREL ? at : 0);
        long size = bytes.pointer(shared.encoding & 0x0f);
        own.require(size > 0 && begin >= 0 && size <= Long.MAX_VALUE - begin, 4, "code of no address");
        if (shared.augmented) {
            bytes.skip(bytes.unsigned());
        }
        Rule rule = new Rule();
        rule.run(shared.instructions);
        rule.run(bytes);
        return new FrameEntry(begin, size, rule.register, rule.offset);
    }

    /// What many entries have in common.
    ///
    /// @param augmented do entries have a length of what only the augmentation explains?
    private record Common(int encoding, boolean augmented, Bytes instructions) {
        static Common read(ByteView view) throws MalformedBinaryException {
            int version = view.u8(4);
            view.require(version == 1 || version == 3, 4, "version " + version + " of a common entry");
            int length = view.textLength(5, MAX_AUGMENTATION_BYTES);
            view.require(length >= 0, 5, "augmentation without an end");
            Bytes bytes = new Bytes(view, 5 + length + 1);
            var _ = bytes.unsigned();
            var _ = bytes.unsigned();
            var _ = version == 1 ? bytes.take() : bytes.unsigned();
            boolean augmented = length > 0 && view.u8(5) == 'z';
            view.require(augmented || length == 0, 5, "an augmentation that nobody explains");
            int encoding = 0;
            if (augmented) {
                long data = bytes.unsigned();
                long end = bytes.at + data;
                encoding = encoding(view, length, bytes);
                bytes.skip(end - bytes.at);
            }
            return new Common(encoding, augmented, bytes);
        }

        private static int encoding(ByteView view, int length, Bytes data) throws MalformedBinaryException {
            for (int i = 1; i < length; i++) {
                switch (view.u8(5 + i)) {
                    case 'R' -> {
                        return (int) data.take();
                    }
                    case 'L' -> {
                        var _ = data.take();
                    }
                    case 'P' -> {
                        var _ = data.pointer((int) data.take() & 0x0f);
                    }
                    default -> {}
                }
            }
            return 0;
        }
    }

    /// The rule for the caller's frame, until the code goes on.
    private static final class Rule {
        private long register = -1;
        private long offset;
        private boolean ended;

        void run(Bytes bytes) throws MalformedBinaryException {
            while (!ended && !bytes.isAtEnd()) {
                int code = (int) bytes.take();
                switch (code >> 6) {
                    case DW_CFA_ADVANCE_LOC -> ended = true;
                    case DW_CFA_OFFSET -> {
                        var _ = bytes.unsigned();
                    }
                    case DW_CFA_RESTORE -> {}
                    default -> run(code, bytes);
                }
            }
        }

        /// DWARF 5, table 7.29. Rules for other registers are read and forgotten.
        private void run(int code, Bytes bytes) throws MalformedBinaryException {
            switch (code) {
                case 0x00, 0x0a, 0x2d -> {} // nop, remember_state, AARCH64_negate_ra_state
                case 0x01, 0x02, 0x03, 0x04 -> ended = true; // set_loc, advance_loc
                case 0x06, 0x07, 0x08, 0x2e -> { // restore, undefined, same_value, GNU_args_size
                    var _ = bytes.unsigned();
                }
                case 0x05, 0x09, 0x11, 0x14, 0x15 -> { // offset, register, offset_sf, val_offset
                    var _ = bytes.unsigned();
                    var _ = bytes.unsigned();
                }
                case 0x0c -> { // def_cfa
                    register = bytes.unsigned();
                    offset = bytes.unsigned();
                }
                case 0x0d -> register = bytes.unsigned(); // def_cfa_register
                case 0x0e -> offset = bytes.unsigned(); // def_cfa_offset
                case 0x10, 0x16 -> { // expression, val_expression
                    var _ = bytes.unsigned();
                    bytes.skip(bytes.unsigned());
                }
                default -> { // def_cfa_expression, factored offsets, and what there is not yet
                    register = -1;
                    ended = true;
                }
            }
        }
    }

    /// Reads from front to back.
    private static final class Bytes {
        private static final int MAX_LEB_BYTES = 10;

        private final ByteView view;
        private long at;

        Bytes(ByteView view, long at) {
            this.view = view;
            this.at = at;
        }

        boolean isAtEnd() {
            return at >= view.size();
        }

        void skip(long bytes) throws MalformedBinaryException {
            view.require(bytes >= 0 && bytes <= view.size() - at, at, "runs past its end");
            at += bytes;
        }

        /// One byte.
        long take() throws MalformedBinaryException {
            return view.u8(at++);
        }

        /// ULEB128; of a signed one too it finds the end.
        long unsigned() throws MalformedBinaryException {
            long value = 0;
            for (int i = 0; i < MAX_LEB_BYTES; i++) {
                int next = view.u8(at++);
                value |= (long) (next & 0x7f) << (7 * i);
                if (next < 0x80) {
                    return value;
                }
            }
            view.require(false, at, "a number of more than 64 bits");
            return value;
        }

        /// A pointer in one of the forms of a fixed length; how it counts is the caller's to know.
        long pointer(int encoding) throws MalformedBinaryException {
            view.require((encoding & 0x80) == 0 && (encoding & 0x60) == 0, at, "a pointer of another kind");
            long value = switch (encoding & 0x0f) {
                case 0x00, 0x04, 0x0c -> view.u64(at);
                case 0x03 -> view.u32(at);
                case 0x0b -> view.i32(at);
                default -> {
                    view.require(false, at, "a pointer of another form");
                    yield 0;
                }
            };
            at += (encoding & 0x0f) % 8 == 3 ? 4 : 8;
            return value;
        }
    }
}
