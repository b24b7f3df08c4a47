package dev.stet.agent;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The YAML files of a directory at one moment, as far as it takes to notice a change without reading them.
///
/// @param place what the directory's path leads to; empty if it is missing
/// @param files what is there, by name
/// @param elsewhere directories that files of it are links into, the first few
record Listing(String place, Map<String, Content> files, Set<Path> elsewhere) {
    private static final int MAX_ELSEWHERE = 16;
    private static final int MAX_FILES = 4000;

    /// @param file device and inode
    record Content(String file, long size, long modifiedNanos) {}

    static Listing of(Path directory) {
        Map<String, Content> files = new HashMap<>();
        Set<Path> elsewhere = new LinkedHashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[!.]*.{yaml,yml}")) {
            Path real = directory.toRealPath();
            for (Path entry : entries) {
                if (files.size() == MAX_FILES) {
                    break;
                }
                files.put(entry.getFileName().toString(), content(entry));
                if (elsewhere.size() < MAX_ELSEWHERE && Files.isSymbolicLink(entry)) {
                    elsewhere.add(parentOfTarget(entry, real));
                }
            }
            elsewhere.remove(real);
            return new Listing(real.toString(), files, elsewhere);
        } catch (IOException | DirectoryIteratorException e) {
            return new Listing("", Map.of(), Set.of());
        }
    }

    private static Content content(Path file) {
        try {
            BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
            String key = String.valueOf(read.fileKey());
            return new Content(key, read.size(), read.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            return new Content("gone", 0, 0);
        }
    }

    private static Path parentOfTarget(Path link, Path otherwise) {
        try {
            Path parent = link.toRealPath().getParent();
            return parent == null ? otherwise : parent;
        } catch (IOException e) {
            return otherwise;
        }
    }

    /// Has this one all the names of another?
    boolean hasAll(Listing other) {
        return files.keySet().containsAll(other.files.keySet());
    }
}
