package dev.stet.binary.traits;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Language;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Section;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What compilers and linkers write into `.comment`, one NUL-ended line each. Distributions often remove it.
final class Comments {
    /// Linkers merge equal lines: what is left is short.
    private static final int MAX_BYTES = 64 << 10;

    /// A few compilers and a linker or two.
    private static final int MAX_LINES = 16;

    /// `rustc version 1.95.0 (59807616e 2026-04-14)`; LLD's has a URL and a hash in it.
    private static final int MAX_LINE_BYTES = 160;

    private Comments() {}

    static void read(Elf elf, Findings findings) throws BinaryException {
        Optional<Section> section = elf.sections().get().named(".comment").filter(Section::isPlain);
        if (section.isEmpty()) {
            return;
        }
        ByteView text = elf.readStart(section.get(), MAX_BYTES, ".comment");
        int lines = 0;
        for (long at = 0; at < text.size() && lines < MAX_LINES; ) {
            int length = text.textLength(at, MAX_BYTES);
            int end = length < 0 ? (int) (text.size() - at) : length;
            if (end > 0) {
                lines++;
                line(line(text, at, Math.min(end, MAX_LINE_BYTES)), findings);
            }
            at += end + 1L;
        }
    }

    private static void line(String line, Findings findings) {
        findings.addCompiler(line);
        if (line.startsWith("rustc ")) {
            findings.add(Meaning.of(Language.RUST, "Rust std"), ".comment says " + line);
        } else if (line.startsWith("FPC ")) {
            findings.add(Meaning.of(Language.PASCAL), ".comment says " + line);
        } else if (line.startsWith("GHC ")) {
            findings.add(Meaning.of(Language.HASKELL), ".comment says " + line);
        } else if (line.startsWith("ldc ")) {
            findings.add(Meaning.of(Language.D), ".comment says " + line);
        } else if (line.startsWith("GCC: ") || line.contains("clang version")) {
            findings.add(Meaning.of(Language.C), ".comment says " + line);
        }
    }

    private static String line(ByteView text, long at, int length) throws BinaryException {
        byte[] bytes = text.slice(at, length, "line").copy(MAX_LINE_BYTES, "line");
        return printable(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /// Text of the file that is shown to people must not move their cursor.
    static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.chars().limit(MAX_LINE_BYTES).forEach(c -> clean.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return clean.toString();
    }
}
