package dev.stet.cli;

import java.util.ArrayList;
import java.util.List;

/// Runs several commands in one virtual machine, which is what an AOT cache is made from: it then has the
/// classes of all of them. For the build only.
public final class Training {
    private Training() {}

    /// @param args command lines, with `--` between them
    public static void main(String[] args) {
        List<String> line = new ArrayList<>();
        for (String arg : args) {
            if (arg.equals("--")) {
                run(line);
                line.clear();
            } else {
                line.add(arg);
            }
        }
        System.exit(run(line));
    }

    private static int run(List<String> line) {
        return Main.run(line.toArray(String[]::new));
    }
}
