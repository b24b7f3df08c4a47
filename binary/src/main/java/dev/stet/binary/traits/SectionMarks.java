package dev.stet.binary.traits;

import dev.stet.binary.Hazard.Kind;
import dev.stet.binary.Language;
import dev.stet.binary.traits.Mark.Use;
import java.util.List;
import java.util.stream.Stream;

/// The sections and the needed libraries that tell something.
final class SectionMarks {
    private SectionMarks() {}

    static final List<Mark> SECTIONS = Stream.of(
                    names(Meaning.of(Language.GO).and(Kind.GO_STACKS), ".gopclntab .note.go.buildid .go.buildinfo"),
                    names(Meaning.of(Language.D), ".minfo __minfo"),
                    names(Meaning.of(Language.SWIFT, "Swift"), "swift5_* .swift5_*"),
                    names(Meaning.of(Language.PASCAL), "fpc.resources fpc.reshandles"),
                    names(Meaning.of("GraalVM native image"), ".svm_heap"),
                    names(Meaning.of(".NET Native AOT"), "__managedcode"),
                    names(Meaning.of("glibc"), "__libc_freeres_fn __libc_atexit __libc_IO_vtables"),
                    names(Meaning.of(Kind.EXCEPTION_TABLES), ".gcc_except_table*"),
                    names(Meaning.of(Kind.SELF_CHECKSUM), ".clickhouse.hash"),
                    // Node's copier of its own code, which is itself not copied.
                    names(Meaning.of(Kind.LARGE_PAGES), "lpstub"),
                    names(Meaning.of(Kind.CODE_PATCHING), "xray_instr_map"),
                    names(Meaning.of(Kind.PACKED), "pydata UPX0 UPX1 .UPX0"),
                    names(Meaning.of(Kind.SANITIZER), "asan_globals __sancov_cntrs"))
            .flatMap(List::stream)
            .toList();

    /// DT_NEEDED, by the library's own name without directory.
    static final List<Mark> LIBRARIES = Stream.of(
                    names(Meaning.of("glibc"), "libc.so.6"),
                    names(Meaning.of("musl"), "libc.musl-* libc.so"),
                    names(Meaning.of(Findings.LIBSTDCXX), "libstdc++.so*"),
                    names(Meaning.of(Findings.LIBCXX), "libc++.so* libc++abi.so*"),
                    names(Meaning.of(Language.GO, "gccgo").and(Kind.GO_STACKS), "libgo.so*"),
                    names(Meaning.of(Language.RUST, "Rust std"), "libstd-* librustc_driver-*"),
                    names(
                            Meaning.of(Language.D, "D run time"),
                            "libphobos2.so* libdruntime-* libgphobos.so* libgdruntime.so*"),
                    names(Meaning.of(Language.HASKELL, "GHC"), "libHSrts* libHSbase*"),
                    names(Meaning.of(Language.OCAML, "OCaml"), "libasmrun* libcamlrun*"),
                    names(Meaning.of(Language.SWIFT, "Swift"), "libswiftCore.so*"),
                    names(Meaning.of(Language.FORTRAN, "libgfortran"), "libgfortran.so* libgfortran-*"),
                    names(Meaning.of(Language.ADA, "GNAT"), "libgnat-*"),
                    names(Meaning.of("JVM"), "libjvm.so libjli.so"),
                    names(Meaning.of("Node.js", Kind.RUNTIME_CODE), "libnode.so*"),
                    names(Meaning.of("V8", Kind.RUNTIME_CODE), "libv8.so*"),
                    names(Meaning.of("LuaJIT", Kind.RUNTIME_CODE), "libluajit*"),
                    names(Meaning.of("Mono", Kind.RUNTIME_CODE), "libmono*"),
                    names(Meaning.of(".NET", Kind.RUNTIME_CODE), "libcoreclr.so libhostfxr.so libhostpolicy.so"),
                    names(Meaning.of("SpiderMonkey", Kind.RUNTIME_CODE), "libmozjs*"),
                    names(Meaning.of("JavaScriptCore", Kind.RUNTIME_CODE), "libjavascriptcoregtk*"),
                    names(Meaning.of("CPython"), "libpython3* libpython2*"),
                    names(Meaning.of("Ruby"), "libruby*"),
                    names(Meaning.of("Perl"), "libperl.so*"),
                    names(Meaning.of("Lua"), "liblua5* liblua.so*"),
                    names(Meaning.of("Boehm GC"), "libgc.so*"),
                    names(Meaning.of(Kind.STACK_WALKER), "libunwind.so* libunwind-x86_64.so* libunwind-aarch64.so*"),
                    names(Meaning.of(Kind.FIBERS), "libboost_context* libboost_fiber* libboost_coroutine* libpth.so*"),
                    names(Meaning.of(Kind.SANITIZER), "libasan.so* libtsan.so* libubsan.so* liblsan.so* libhwasan.so*"),
                    names(Meaning.of(Kind.LARGE_PAGES), "liblppreload.so* libhugetlbfs.so*"))
            .flatMap(List::stream)
            .toList();

    private static List<Mark> names(Meaning meaning, String names) {
        return Mark.all(Use.ANY, meaning, names);
    }
}
