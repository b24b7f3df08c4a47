# Sourced by stet when there is something to build (POSIX sh). Uses its top, dist, main, flags, is_built and fail.
#
#   target/build.log            what Maven said last
#   target/dist/stamp           names the build to run; its time is the moment before that build began
#   target/dist/BUILD/lib       its jars
#   target/dist/BUILD/stet.aot  its AOT cache, empty if none could be made
#
# Every build has a directory of its own: an agent that is running keeps the jars it was started from.

# build_dist: sets build, or ends the shell.
build_dist() {
    mkdir -p "$dist" 2>/dev/null || fail 70 "cannot write to $dist"
    [ -e "$dist/lock" ] || : >"$dist/lock" || fail 70 "cannot write to $dist"
    exec 9<"$dist/lock"
    if ! flock -n 9; then
        echo "stet: waiting for another build to end..." >&2
        flock 9
    fi
    is_built || run_maven
    exec 9<&-
}

# Maven runs whatever the sources say, and they belong to a person: `sudo ./stet` builds as that person, not as root.
# Ends the shell if it could not; returns at once if there is nobody to become.
build_as_owner() {
    owner=$(stat -c %u "$top")
    [ "$(id -u)" = 0 ] && [ "$owner" != 0 ] && command -v setpriv >/dev/null || return 0
    home=$(getent passwd "$owner" | cut -d: -f6)
    [ -d "$home" ] || return 0
    HOME=$home STET_BUILD_ONLY=1 setpriv --reuid="$owner" --regid="$(stat -c %g "$top")" --clear-groups "$top/stet" ||
        exit $?
    is_built || fail 70 "the build left nothing to run in $dist"
}

run_maven() {
    find_jdk25 javac || fail 69 "$STET_NO_JDK"
    find_mvn || fail 69 "needs Maven for its first start: install it (Debian: apt-get install maven)"
    if [ -e "$dist/stamp" ]; then
        echo "stet: building (sources have changed)..." >&2
    else
        echo "stet: building (first use, about a minute)..." >&2
    fi
    build=b$(date +%Y%m%d-%H%M%S)-$$
    log=$top/target/build.log
    touch "$dist/stamp.new" && rm -rf "$top/cli/target/lib" && : >"$log" || fail 70 "cannot write to $top/target"
    # From the top: Maven looks for .mvn/jvm.config upwards of the working directory.
    if ! (cd "$top" && JAVA_HOME=$JDK exec "$MVN" -B -ntp -pl cli -am -Dmaven.test.skip=true -Dspotless.skip package) \
        </dev/null >"$log" 2>&1 9<&-; then
        sed -n '/Failed to execute goal/q; /^\[ERROR\] ./p' "$log" | head -n 20 >&2
        fail 70 "the build failed; all of its output is in $log"
    fi
    mkdir "$dist/$build" && cp -Rp "$top/cli/target/lib" "$dist/$build/lib" || fail 70 "cannot write to $dist"
    make_aot "$dist/$build/lib" "$dist/$build/stet.aot"
    echo "$build" >"$dist/stamp.named" && touch -r "$dist/stamp.new" "$dist/stamp.named" &&
        mv -f "$dist/stamp.named" "$dist/stamp" && rm -f "$dist/stamp.new" || fail 70 "cannot write to $dist"
    forget_old_builds
}

# train LIB FILE ARGUMENT...: runs Stet and makes the cache of what that used.
train() {
    jars=$1 cache=$2
    shift 2
    # shellcheck disable=SC2086  # flags are words
    LC_ALL=C.UTF-8 "$JDK/bin/java" $flags -Xlog:disable -XX:AOTCacheOutput="$cache" -p "$jars" -m "${main%.*}.Training" "$@" \
        </dev/null >/dev/null 2>&1 9<&-
}

# make_aot LIB FILE: an AOT cache for these jars. Stet runs without one, only starts later, so failing is no failure.
make_aot() {
    find_jdk25 java || fail 69 "$STET_NO_JDK"
    policy=$(mktemp -d) && cat >"$policy/training.yaml" <<'YAML'
apiVersion: stet.dev/v1alpha1
kind: ProbeExemption
metadata: {name: training}
spec:
  reason: so that reading a policy is in the AOT cache
  owner: build@example.com
  exempt: [returns]
  match:
    any:
      - exe: {glob: "/usr/bin/training*"}
YAML
    rm -f "$2" "$2.$$"
    # Java itself is a binary that is there wherever this runs.
    inspect="config show -- ps --socket /nonexistent -- status --socket /nonexistent"
    inspect="$inspect -- inspect /proc/self/exe -- inspect /proc/self/exe --list functions -- inspect /proc/self/exe JLI_Launch"
    # The best training is the work itself: tracing a child of this shell, whose own libc is probed for a moment. Who may
    # not do that trains with what needs no rights.
    if [ "$(id -u)" = 0 ]; then
        # However this ends, the child does: it may use a minute of processor time.
        (ulimit -t 60 && exec yes) >/dev/null 2>&1 9<&- &
        child=$!
        trap 'kill "$child"; exit 130' INT TERM HUP
        # What people ask for: what is there by itself, then expressions, conditions, and other kinds of output.
        # shellcheck disable=SC2086  # words
        train "$1" "$2.$$" $inspect -- trace --policy "$policy" --count 3000 --duration 10 -p "$child" write \
            -- trace --policy "$policy" --count 500 --duration 5 -p "$child" --text 64 --where 'arg1 == 1 && latency >= 0' \
            'write(fd=int(arg1), text(arg2, len=arg3), str(arg2), at=ptr(arg2), u32(arg2), size=ulong(arg3)) -> long(ret)' \
            -- trace --policy "$policy" --count 100 --duration 5 -p "$child" --no-returns --json \
            'write(int(arg1), hex(arg2 + 8), string(arg2), bool(arg1), bytes(arg2, len=min(arg3, 8)))' \
            -- trace --policy "$policy" --duration 0.3 -p "$child" --histogram write
        trap - INT TERM HUP
        kill "$child"
    fi
    [ -s "$2.$$" ] || train "$1" "$2.$$" $inspect -- check "$policy/training.yaml"
    if [ -s "$2.$$" ]; then mv -f "$2.$$" "$2"; else : >"$2"; fi # empty: tried, and not to be tried at every start
    rm -rf "$policy" "$2.$$" "$2.$$.config"
}

# Removes the builds that nobody runs any more.
forget_old_builds() {
    for old in "$dist"/b*; do
        [ "$old" = "$dist/$build" ] || grep -qsF "$old/lib" /proc/[0-9]*/cmdline || rm -rf "$old"
    done
}
