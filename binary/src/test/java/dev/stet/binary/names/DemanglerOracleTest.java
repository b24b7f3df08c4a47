package dev.stet.binary.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All mangled names of this machine's libraries against GNU c++filt. A sample by seed takes some seconds;
/// `-Dstet.names.all=true` asks all, which takes minutes.
class DemanglerOracleTest {
    private static final boolean ALL = Boolean.getBoolean("stet.names.all");
    private static final int SAMPLE = 20_000;

    /// Of 535,742 names of one machine c++filt 2.40 shows 2,452 otherwise. Where looked at, it is wrong: it prints a
    /// template parameter that a substitution repeats in another template with the first one's argument, and
    /// constructors of a substituted class under the name read last. None of them is in these libraries.
    private static final double CPP = 0.999;

    @TempDir
    Path directory;

    @Test
    void cppAgrees() throws Exception {
        List<String> names = new ArrayList<>();
        for (String library : List.of("libstdc++.so.6", "libLLVM-14.so.1", "libclang-cpp.so.14", "libz3.so.4")) {
            Path path = Path.of("/usr/lib/x86_64-linux-gnu", library);
            if (Files.exists(path)) {
                symbols(path, names, "-D");
            }
        }
        names.removeIf(name -> !name.startsWith("_Z") || RustLegacy.looksLike(name, 0));
        assertThat(names).isNotEmpty();
        assertThat(agreement(names, "c++filt")).isGreaterThan(CPP);
    }

    @Test
    void rustAgrees() throws Exception {
        Tools.need("rustc");
        Files.writeString(directory.resolve("a.rs"), """
            use std::collections::HashMap;
            pub trait Shape { fn area(&self) -> f64; }
            pub struct Square<const N: usize>(pub f64);
            impl<const N: usize> Shape for Square<N> { #[inline(never)] fn area(&self) -> f64 { self.0 * N as f64 } }
            #[inline(never)] pub fn all(shapes: &[Box<dyn Shape + Send>]) -> f64 { shapes.iter().map(|s| s.area()).sum() }
            #[inline(never)] pub fn call<F: for<'a> Fn(&'a str) -> &'a str>(f: F) -> usize { f("x").len() }
            pub fn main() {
                let mut m: HashMap<String, Vec<Option<(u8, char)>>> = HashMap::new();
                m.entry("a".to_string()).or_default().push(Some((1, 'x')));
                println!("{} {:?} {}", all(&[Box::new(Square::<3>(2.0))]), m, call(|s| s));
            }
            """);
        for (String version : List.of("v0", "legacy")) {
            String choice = "symbol-mangling-version=" + version;
            String[] build = {
                "env", "RUSTC_BOOTSTRAP=1", "rustc", "-Zunstable-options", "-C", choice, "-o", version, "a.rs"
            };
            var _ = Tools.run(directory, build);
            List<String> names = new ArrayList<>();
            symbols(directory.resolve(version), names, "-a");
            names.removeIf(name ->
                    name.startsWith("_R") ? name.contains(".") : !RustLegacy.looksLike(name, 0) || !name.endsWith("E"));
            assertThat(names).hasSizeGreaterThan(100);
            assertThat(agreement(names, "c++filt", "-i", "-s", "rust")).isEqualTo(1.0);
        }
    }

    private void symbols(Path library, List<String> into, String option) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : Tools.run(directory, "nm", option, "--no-demangle", library.toString())) {
            String name = line.substring(line.lastIndexOf(' ') + 1);
            int version = name.indexOf('@');
            names.add(version < 0 ? name : name.substring(0, version));
        }
        into.addAll(names);
    }

    private double agreement(List<String> all, String... filter) throws IOException, InterruptedException {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        List<String> names = new ArrayList<>(all);
        Collections.shuffle(names, new Random(seed));
        names = ALL ? names : names.subList(0, Math.min(SAMPLE, names.size()));
        Path in = Files.write(directory.resolve("names"), names);
        Path out = directory.resolve("shown");
        int status = new ProcessBuilder(filter)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
        assertThat(status).isZero();
        List<String> shown = Files.readAllLines(out);
        int same = 0;
        int asked = 0;
        List<String> others = new ArrayList<>();
        long nanos = System.nanoTime();
        List<String> ours = names.stream()
                .map(name -> Demangler.demangle(name).orElse(name))
                .toList();
        nanos = System.nanoTime() - nanos;
        for (int i = 0; i < names.size(); i++) {
            if (shown.get(i).equals(names.get(i))) {
                continue;
            }
            asked++;
            if (normal(ours.get(i)).equals(normal(shown.get(i)))) {
                same++;
            } else if (others.size() < 5) {
                others.add(names.get(i) + "\n  " + shown.get(i) + "\n  " + ours.get(i));
            }
        }
        System.out.printf(
                "%s: %d of %d agree, %.0f names a second, seed %d%n%s%n",
                Stream.of(filter).toList(), same, asked, names.size() * 1e9 / nanos, seed, String.join("\n", others));
        return (double) same / asked;
    }

    /// c++filt leaves a comma for an empty pack, and no space between `>>` behind one.
    private static String normal(String text) {
        return text.replace("<, ", "<")
                .replace(", , ", ", ")
                .replace("(, ", "(")
                .replace("> >", ">>")
                .replace("> >", ">>");
    }
}
