package dev.stet.binary;

import dev.stet.facts.Function;
import dev.stet.testkit.Content;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/// Where a virtual machine that a test starts finds all that the test sees, modules forgotten.
public final class TestClassPath {
    private TestClassPath() {}

    /// For `-cp`.
    public static String get() {
        Set<String> entries = new LinkedHashSet<>();
        Stream.of(Everything.class, Executable.class, Function.class, Content.class)
                .map(TestClassPath::root)
                .forEach(entries::add);
        // What surefire was started with: the modules, and what is none.
        for (String property : new String[] {"jdk.module.path", "java.class.path", "surefire.test.class.path"}) {
            entries.addAll(Stream.of(System.getProperty(property, "").split(File.pathSeparator))
                    .filter(entry -> !entry.isEmpty())
                    .toList());
        }
        return String.join(File.pathSeparator, entries);
    }

    /// The directory or jar that a class was loaded from, by its own bytes: a module that is patched with tests says
    /// of all its classes that they come from one place.
    private static String root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        String url = type.getResource("/" + file).toString();
        String root = url.substring(0, url.length() - file.length());
        return root.startsWith("jar:")
                ? Path.of(URI.create(root.substring(4, root.length() - 2))).toString()
                : Path.of(URI.create(root)).toString();
    }
}
