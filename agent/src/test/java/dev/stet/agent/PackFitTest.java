package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackFitTest {
    /// @param isMain of the process
    /// @param isGo by Go, with the modules
    /// @param functions that it has
    private record File(String name, boolean isMain, boolean isGo, List<String> functions, List<String> modules)
            implements PackFit.Candidate {
        @Override
        public boolean defines(String function) {
            return functions.contains(function);
        }

        @Override
        public boolean hasGoModule(String path) {
            return modules.contains(path);
        }
    }

    private static final File LIBSSL = new File("libssl.so.3", false, false, List.of("SSL_write"), List.of());
    private static final File NODE = new File("node", true, false, List.of("SSL_write"), List.of());
    private static final File CURL = new File("curl", true, false, List.of("main"), List.of());
    private static final File LIBRARY_WITH_SSL = new File("libother.so", false, false, List.of("SSL_write"), List.of());
    private static final File POSTGRES = new File("postgres", true, false, List.of(), List.of());
    private static final File GO = new File("prometheus", true, true, List.of(), List.of());
    private static final File GRPC = new File("etcd", true, true, List.of(), List.of("google.golang.org/grpc"));

    private static Pack pack(String spec) {
        Problems problems = new Problems();
        String text =
                "apiVersion: stet.dev/v1alpha1\nkind: ProbePack\nmetadata: {name: p}\nspec: {probes: [{function: f}], "
                        + spec + "}\n";
        List<Pack> packs = PackReader.read(new SourceText("p.yaml", text), problems);
        assertThat(problems.list()).isEmpty();
        return packs.getFirst();
    }

    private static List<String> fitting(String spec) throws IOException {
        Pack pack = pack(spec);
        List<String> names = new java.util.ArrayList<>();
        for (File file : List.of(LIBSSL, NODE, CURL, LIBRARY_WITH_SSL, POSTGRES, GO, GRPC)) {
            if (PackFit.fits(pack, file)) {
                assertThat(PackFit.mayFit(pack, file.name(), file.isMain()))
                        .as("what fits may fit")
                        .isTrue();
                names.add(file.name());
            }
        }
        return names;
    }

    @Test
    void eachKindOfBinary() throws IOException {
        assertThat(fitting("binary: {library: \"libssl.so*\"}")).containsExactly("libssl.so.3");
        assertThat(fitting("binary: {exports: SSL_write}")).containsExactly("node");
        assertThat(fitting("binary: {any: [{library: \"libssl.so*\"}, {exports: SSL_write}]}"))
                .containsExactly("libssl.so.3", "node");
        assertThat(fitting("binary: {executable: \"post*\"}")).containsExactly("postgres");
        assertThat(fitting("binary: {language: go}")).containsExactly("prometheus", "etcd");
        assertThat(fitting("binary: {language: go}, requires: {goModule: google.golang.org/grpc}"))
                .containsExactly("etcd");
    }

    /// Names alone rule most files out, without opening them.
    @Test
    void whatNeedNotBeOpened() {
        Pack openssl = pack("binary: {any: [{library: \"libssl.so*\"}, {exports: SSL_write}]}");
        assertThat(PackFit.mayFit(openssl, "libc.so.6", false)).isFalse();
        assertThat(PackFit.mayFit(openssl, "libssl.so.1.1", false)).isTrue();
        assertThat(PackFit.mayFit(openssl, "anything", true)).isTrue();
        assertThat(PackFit.mayFit(pack("binary: {executable: postgres}"), "node", true))
                .isFalse();
    }
}
