package dev.stet.binary.traits;

import dev.stet.binary.Hazard.Kind;
import dev.stet.binary.Language;
import dev.stet.binary.traits.Mark.Use;
import java.util.List;
import java.util.stream.Stream;

/// The symbols that tell something, as they are mangled. A name is here only if ordinary programs have no
/// other reason to use it: `getcontext` is not, for crash handlers call it, nor is `large_pages`, which databases
/// call the pages of their data, nor `__hot_start`,
/// which BOLT writes whether somebody copies the code or not.
final class SymbolMarks {
    private SymbolMarks() {}

    static final NameTrie TRIE = new NameTrie(Stream.of(languages(), fibers(), unwinding(), ownCode(), runtimes())
            .flatMap(List::stream)
            .flatMap(List::stream)
            .toList());

    private static List<List<Mark>> languages() {
        return List.of(
                // What gcc's and clang's start-up files ask for.
                Mark.all(Use.IMPORTED, Meaning.of(Language.C), "__gmon_start__ __libc_start_main"),
                Mark.all(Use.ANY, Meaning.of(Language.CXX), "__gxx_personality_v0"),
                Mark.all(Use.ANY, Meaning.of(Language.RUST, "Rust std"), "rust_eh_personality rust_begin_unwind"),
                Mark.all(
                        Use.ANY,
                        Meaning.of(Language.CRYSTAL, "Crystal").and(Kind.FIBERS),
                        "__crystal_main __crystal_raise __crystal_personality"),
                Mark.all(Use.ANY, Meaning.of(Language.D, "D run time"), "_d_run_main _d_run_main2 _Dmain _d_throw*"),
                Mark.all(Use.DEFINED, Meaning.of(Language.ZIG), "start.posixCallMainAndExit* __zig_probe_stack"),
                Mark.all(Use.ANY, Meaning.of(Language.SWIFT, "Swift"), "swift_retain swift_release swift_once"),
                Mark.all(
                        Use.ANY,
                        Meaning.of(Language.HASKELL, "GHC"),
                        "hs_main hs_init_ghc stg_ap_v_info stg_ap_p_info"),
                Mark.all(Use.ANY, Meaning.of(Language.OCAML, "OCaml"), "caml_startup caml_main caml_start_program"),
                Mark.all(Use.DEFINED, Meaning.of(Language.NIM), "NimMain NimMainModule NimMainInner"),
                Mark.all(Use.IMPORTED, Meaning.of(Language.FORTRAN, "libgfortran"), "_gfortran_*"),
                Mark.all(Use.DEFINED, Meaning.of(Language.FORTRAN), "MAIN__ _FortranAProgramStart"),
                Mark.all(Use.ANY, Meaning.of(Language.ADA, "GNAT"), "__gnat_runtime_initialize __gnat_rcheck_*"),
                Mark.all(
                        Use.DEFINED,
                        Meaning.of(Language.PASCAL),
                        "PASCALMAIN FPC_INITIALIZEUNITS fpc_initializeunits"));
    }

    private static List<List<Mark>> fibers() {
        Meaning fibers = Meaning.of(Kind.FIBERS);
        return List.of(
                // POSIX, and gcc's split stacks, which LLVM's JIT imports weakly for its code to find.
                Mark.all(Use.USED, fibers, "swapcontext makecontext"),
                Mark.all(Use.DEFINED, fibers, "__morestack __splitstack_makecontext"),
                // OpenSSL's jobs: only those who start one have fibers, but the file cannot tell.
                Mark.all(Use.DEFINED, fibers, "ASYNC_start_job"),
                // Boost and those who took it over: brpc, folly, HPX, PHP.
                Mark.all(Use.ANY, fibers, """
                        jump_fcontext make_fcontext ontop_fcontext bthread_jump_fcontext bthread_make_fcontext
                        bthread_start_background bthread_start_urgent _ZN5boost7context* _ZN5boost6fibers*
                        _ZN5boost10coroutines* _ZN5folly6fibers* zend_fiber_switch_context zend_fiber_init_context
                        """),
                // Photon, Seastar, libtask, State Threads, Pth, libcoro, libaco, minicoro, libco (both), Argobots.
                Mark.all(Use.ANY, fibers, """
                        photon_switch_context* _photon_switch_context* _ZN6photon13thread_create* _ZN6photon12thread_yield*
                        _ZN7seastar14thread_context* taskyield taskswitch st_thread_create _st_vp_schedule
                        pth_uctx_switch pth_spawn coro_transfer aco_resume acosw mco_resume _mco_switch
                        coctx_swap coctx_make co_eventloop co_swap co_switch ABT_thread_create
                        """),
                // QEMU, systems of languages: D, Ruby, greenlet, OCaml 5; Crystal is with the languages.
                Mark.all(Use.ANY, fibers, """
                        qemu_coroutine_new qemu_coroutine_switch qemu_coroutine_create fiber_switchContext
                        coroutine_transfer rb_fiber_new rb_fiber_resume PyInit__greenlet slp_switch g_switchstack
                        _ZN8greenlet* caml_runstack _ZN5Fiber* marl_fiber_swap
                        _ZN10corosensei* _ZN9generator5stack* _ZN3may9coroutine*
                        """));
    }

    private static List<List<Mark>> unwinding() {
        return List.of(
                Mark.all(Use.ANY, Meaning.of(Kind.EXCEPTION_TABLES), """
                        __gxx_personality_v0 rust_eh_personality __gcc_personality_v0 __gnat_personality_v0
                        _d_eh_personality __gdc_personality_v0 __crystal_personality __cxa_throw
                        _Unwind_RaiseException
                        """),
                // In a static program they come along with exceptions: only who asks for them counts.
                Mark.all(Use.IMPORTED, Meaning.of(Kind.STACK_WALKER), "backtrace _Unwind_Backtrace"),
                Mark.all(Use.ANY, Meaning.of(Kind.STACK_WALKER), """
                        unw_step _ULx86_64_step _ULaarch64_step backtrace_full backtrace_simple
                        _ZN4absl13GetStackTrace* _ZN6google13GetStackTrace* _ZN15google_breakpad16ExceptionHandler*
                        dwfl_thread_getframes
                        """),
                Mark.all(Use.ANY, Meaning.of(Kind.SANITIZER), """
                        __asan_init __tsan_init __msan_init __hwasan_init __lsan_init __dfsan_init
                        __ubsan_handle_add_overflow* __ubsan_handle_type_mismatch* __ubsan_handle_out_of_bounds*
                        __ubsan_handle_shift_out_of_bounds* __ubsan_handle_pointer_overflow*
                        __ubsan_handle_builtin_unreachable* __ubsan_handle_load_invalid_value*
                        """),
                Mark.all(Use.USED, Meaning.of(Kind.TRACER), "ptrace"),
                Mark.all(Use.ANY, Meaning.of(Kind.SYSCALL_FILTER), """
                        seccomp_init seccomp_load minijail_enter __wine_syscall_dispatcher
                        __wine_unix_call_dispatcher _ZN7sandbox10seccomp_bpf* _ZN7sandbox10SandboxBPF*
                        """));
    }

    private static List<List<Mark>> ownCode() {
        return List.of(
                // OpenSSL 1.0, BoringSSL and wolfSSL in their FIPS shape hash their code in memory at start.
                Mark.all(Use.DEFINED, Meaning.of(Kind.SELF_CHECKSUM), """
                        FIPS_incore_fingerprint FIPS_text_start BORINGSSL_bcm_text_start BORINGSSL_bcm_text_hash
                        wolfCrypt_FIPS_first wolfCrypt_FIPS_last
                        """),
                // Node, Intel's liblppreload, BOLT's -hugify, HHVM.
                Mark.all(Use.ANY, Meaning.of(Kind.LARGE_PAGES), """
                        _ZN4node25MapStaticCodeToLargePages* MapStaticCodeToLargePages MapDSOToLargePages
                        __bolt_hugify* _ZN4HPHP10hugifyText* hugify_text hugifyText
                        """),
                // LLVM XRay, and libraries that hook functions by overwriting them.
                Mark.all(Use.ANY, Meaning.of(Kind.CODE_PATCHING), """
                        __xray_init __xray_patch gum_interceptor_attach gum_interceptor_replace funchook_install
                        subhook_install MSHookFunction DobbyHook
                        """));
    }

    private static List<List<Mark>> runtimes() {
        return List.of(
                Mark.all(
                        Use.DEFINED,
                        Meaning.of("Node.js", Kind.RUNTIME_CODE),
                        "_ZN4node5StartEiPPc node_module_register"),
                Mark.all(Use.ANY, Meaning.of("V8", Kind.RUNTIME_CODE), "_ZN2v87Isolate* _ZN2v82V810Initialize*"),
                Mark.all(Use.ANY, Meaning.of("JVM", Kind.RUNTIME_CODE), "JNI_CreateJavaVM JLI_Launch"),
                Mark.all(Use.ANY, Meaning.of("LuaJIT", Kind.RUNTIME_CODE), "luaJIT_setmode lj_vm_call lj_trace_ins"),
                Mark.all(
                        Use.ANY,
                        Meaning.of(".NET", Kind.RUNTIME_CODE),
                        "coreclr_initialize coreclr_execute_assembly DotNetRuntimeInfo"),
                Mark.all(Use.DEFINED, Meaning.of(".NET Native AOT"), "DotNetRuntimeDebugHeader RhpNewFast"),
                Mark.all(
                        Use.ANY,
                        Meaning.of("Mono", Kind.RUNTIME_CODE),
                        "mono_jit_init mono_jit_init_version mono_main"),
                Mark.all(Use.DEFINED, Meaning.of("BEAM"), "erl_start erts_alloc_init"),
                Mark.all(Use.DEFINED, Meaning.of("BEAM", Kind.RUNTIME_CODE), "beamasm_init beamasm_codegen"),
                Mark.all(Use.DEFINED, Meaning.of("SpiderMonkey", Kind.RUNTIME_CODE), "_ZN2js3jit* JS_NewContext"),
                Mark.all(Use.ANY, Meaning.of("JavaScriptCore", Kind.RUNTIME_CODE), "_ZN3JSC3JIT* _ZN3JSC2VM*"),
                Mark.all(Use.DEFINED, Meaning.of("QEMU TCG", Kind.RUNTIME_CODE), "tcg_prologue_init tb_gen_code"),
                Mark.all(Use.ANY, Meaning.of("PyPy", Kind.RUNTIME_CODE), "pypy_main_startup pypy_execute_source"),
                Mark.all(Use.ANY, Meaning.of("Dart", Kind.RUNTIME_CODE), "Dart_Initialize Dart_CreateIsolateGroup"),
                Mark.all(Use.DEFINED, Meaning.of("GraalVM native image"), "graal_create_isolate"),
                Mark.all(Use.ANY, Meaning.of(Kind.RUNTIME_CODE), """
                        LLVMCreateJITCompilerForModule LLVMCreateMCJITCompilerForModule LLVMOrcCreateLLJIT
                        LLVMPY_CreateMCJITCompiler _ZN4llvm3orc5LLJIT* _ZN6asmjit* _ZN5Xbyak* _ZN17cranelift_codegen*
                        _ZN8wasmtime* wasmtime_engine_new zend_jit_startup _PyJIT_Compile rb_yjit_init rb_yjit_compile_iseq
                        """),
                Mark.all(
                        Use.ANY,
                        Meaning.of("CPython"),
                        "Py_BytesMain Py_Main _PyEval_EvalFrameDefault PyModule_Create2 PyModuleDef_Init"),
                Mark.all(Use.ANY, Meaning.of("Ruby"), "ruby_init rb_define_method rb_define_module"),
                Mark.all(Use.ANY, Meaning.of("Perl"), "perl_parse Perl_sv_setiv Perl_xs_handshake"),
                Mark.all(Use.ANY, Meaning.of("Lua"), "lua_newstate luaL_newstate lua_pcallk"),
                Mark.all(Use.DEFINED, Meaning.of("PHP"), "php_module_startup zend_execute_ex"),
                Mark.all(Use.ANY, Meaning.of("Boehm GC"), "GC_malloc GC_init"));
    }
}
