# Sourced by ./stet and by bin/stet of an installed Stet (POSIX sh): what the virtual machine is told.

main=dev.stet.cli/dev.stet.cli.Main
# What a cache of classes was made with must be what it is used with: these, the module path, and nothing that differs by verb.
# Adapters and stubs stay out of the cache: made on one CPU, they abort on a lesser one. The cache is mapped where it was
# made for, or else moved as ever: moving it each time takes 50 ms of a start.
# The engine of expressions in policies uses Unsafe, at which the JDK would grumble among our lines.
flags="--enable-native-access=dev.stet.kernel,org.xerial.sqlitejdbc --sun-misc-unsafe-memory-access=allow
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData -Xmx256m
    -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -XX:-AOTStubCaching -XX:ArchiveRelocationMode=0
    -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8"

# flags_for VERB ARGUMENT...: adds to flags what this verb wants; sets cached to whether a cache of classes is of use to it.
flags_for() {
    cached=yes
    case ${1:-} in
        # For days, in little memory. The first compiler alone: 100,000 calls a second take it a fifth of a CPU, as they take
        # both compilers, which need 30 MB more. The heap begins small and stays near what it needs, as do the C library's.
        # Not --illegal-native-access=deny, which rules out the cache of classes (JDK 25): it would take a third more of
        # processor time until the first verdict. All tests run with it.
        run)
            flags="$flags -XX:TieredStopAtLevel=1 -Xms8m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps
                -XX:+UnlockExperimentalVMOptions -XX:TrimNativeHeapInterval=2000 -Djdk.nio.maxCachedBufferSize=65536"
            export MALLOC_ARENA_MAX=1
            ;;
        # A few calls are wanted soon; many calls want the optimising compiler, but not before there is something to optimise.
        trace)
            case " $* " in
                *" --count "* | *" --count="*) flags="$flags -XX:TieredStopAtLevel=1" ;;
                *) flags="$flags -XX:-AOTReplayTraining" ;;
            esac
            ;;
        *) flags="$flags -XX:TieredStopAtLevel=1" ;; # answer and go
    esac
}

# Options meant for other people's Java programs do not reach an agent with privileges; paths are bytes, read as UTF-8.
clean_environment() {
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    LC_ALL=C.UTF-8
    export LC_ALL
}
