package dev.stet.procfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the text of a symbolic link as UTF-8, whatever the locale Stet was started in.
final class LinkText {
    private LinkText() {}

    /// @throws IOException if it cannot be read
    static String read(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        String text = target.toString();
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        // In the C locale the JDK decodes paths as ASCII, and every other byte is lost from the text. The path itself
        // has kept them, and shows them in its URI.
        return ascii || !target.isAbsolute() ? text : decoded(target.toUri().getRawPath());
    }

    /// A path as a process sees it whose root directory is another one than Stet's: chroot(2).
    ///
    /// @param root the text of its link `root`
    /// @return the path itself, if it is not below the root
    static String below(String root, String path) {
        return !root.equals("/") && path.startsWith(root + "/") ? path.substring(root.length()) : path;
    }

    private static String decoded(String percentEncoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(percentEncoded.length());
        for (int at = 0; at < percentEncoded.length(); at++) {
            char c = percentEncoded.charAt(at);
            if (c == '%') {
                bytes.write(Integer.parseInt(percentEncoded, at + 1, at + 3, 16));
                at += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
