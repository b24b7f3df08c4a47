package dev.stet.binary.golang;

import dev.stet.binary.GoBuild;
import dev.stet.binary.GoBuild.Module;
import dev.stet.binary.GoBuild.Setting;
import dev.stet.binary.GoVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lines of text that say what a program was built from (Go: `src/runtime/debug/mod.go`, ParseBuildInfo):
///
/// ```
/// path   example.com/cmd/server
/// mod    example.com              v1.2.0   h1:sum=
/// dep    golang.org/x/text        v0.3.0   h1:sum=
/// =>     ../text                  (devel)
/// build  CGO_ENABLED=1
/// ```
///
/// with a TAB between columns. Lines of another kind, or with other columns, are passed over, as newer Go
/// may add some.
final class ModuleLines {
    /// Kubernetes has 200 dependencies.
    private static final int MAX_MODULES = 16_384;

    /// A dozen, and what the user's environment adds.
    private static final int MAX_SETTINGS = 4096;

    private String path = "";
    private Optional<Module> main = Optional.empty();
    private final List<Module> dependencies = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();

    /// Whether the next `=>` is of the last dependency or of the main module.
    private boolean mainIsLast;

    private ModuleLines() {}

    static GoBuild parse(String toolchain, String text) {
        ModuleLines lines = new ModuleLines();
        text.lines().forEach(lines::line);
        return new GoBuild(
                toolchain, GoVersion.parse(toolchain), lines.path, lines.main, lines.dependencies, lines.settings);
    }

    private void line(String line) {
        int tab = line.indexOf('\t');
        String rest = line.substring(tab + 1);
        switch (tab < 0 ? "" : line.substring(0, tab)) {
            case "path" -> path = rest;
            case "mod" -> {
                main = module(rest);
                mainIsLast = true;
            }
            case "dep" -> {
                if (dependencies.size() < MAX_MODULES) {
                    module(rest).ifPresent(dependencies::add);
                }
                mainIsLast = false;
            }
            case "=>" -> module(rest).ifPresent(this::replace);
            case "build" -> {
                if (settings.size() < MAX_SETTINGS) {
                    setting(rest).ifPresent(settings::add);
                }
            }
            default -> {
                // newer than this
            }
        }
    }

    private static Optional<Module> module(String columns) {
        String[] column = columns.split("\t", -1);
        if (column.length != 2 && column.length != 3) {
            return Optional.empty();
        }
        return Optional.of(new Module(column[0], column[1], column.length == 3 ? column[2] : "", Optional.empty()));
    }

    private void replace(Module by) {
        if (mainIsLast) {
            main = main.map(module -> replaced(module, by));
        } else if (!dependencies.isEmpty()) {
            dependencies.set(dependencies.size() - 1, replaced(dependencies.getLast(), by));
        }
    }

    private static Module replaced(Module module, Module by) {
        return new Module(module.path(), module.version(), module.sum(), Optional.of(by));
    }

    private static Optional<Setting> setting(String text) {
        int keyEnd = text.startsWith("\"") || text.startsWith("`") ? quotedEnd(text) : text.indexOf('=');
        if (keyEnd <= 0 || keyEnd >= text.length() || text.charAt(keyEnd) != '=') {
            return Optional.empty();
        }
        return Optional.of(
                new Setting(GoQuote.unquote(text.substring(0, keyEnd)), GoQuote.unquote(text.substring(keyEnd + 1))));
    }

    /// Behind the closing quote; -1 if there is none.
    private static int quotedEnd(String text) {
        char quote = text.charAt(0);
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                return i + 1;
            }
            if (text.charAt(i) == '\\' && quote == '"') {
                i++;
            }
        }
        return -1;
    }
}
