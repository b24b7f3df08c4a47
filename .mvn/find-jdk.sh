# Sourced by stet, check and .ci/run (POSIX sh). Starts no process: a JDK says what it is in its file `release`.

STET_NO_JDK='needs a JDK 25: install one (Debian trixie: apt-get install openjdk-25-jdk-headless; elsewhere any JDK 25 build) or set JAVA_HOME'

# is_jdk25 HOME TOOL: whether HOME is a JDK 25 that has bin/TOOL.
is_jdk25() {
    [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            'JAVA_VERSION="25"' | 'JAVA_VERSION="25'[.+-]*) return 0 ;;
            JAVA_VERSION=*) return 1 ;;
        esac
    done <"$1/release"
    return 1
}

# find_jdk25 TOOL: sets JDK to the first home that has bin/TOOL (java to run, javac to build); 1 if there is none.
# sudo drops JAVA_HOME and changes HOME, so the invoking user's sdkman is looked at too.
find_jdk25() {
    for JDK in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "${HOME:-/root}"/.sdkman/candidates/java/25* \
        /home/"${SUDO_USER:-nobody}"/.sdkman/candidates/java/25* /opt/*25* /usr/local/*jdk*25*; do
        [ -n "$JDK" ] && is_jdk25 "$JDK" "$1" && return 0
    done
    JDK=$(command -v "$1") && JDK=$(readlink -f "$JDK") && JDK=${JDK%/bin/*} && is_jdk25 "$JDK" "$1"
}

# find_mvn: sets MVN to a Maven's executable; 1 if there is none.
find_mvn() {
    MVN=$(command -v mvn) && return 0
    for MVN in "${HOME:-/root}"/.sdkman/candidates/maven/current/bin/mvn \
        /home/"${SUDO_USER:-nobody}"/.sdkman/candidates/maven/current/bin/mvn \
        /opt/*maven*/bin/mvn /usr/local/*maven*/bin/mvn /usr/share/maven/bin/mvn; do
        [ -x "$MVN" ] && return 0
    done
    return 1
}
