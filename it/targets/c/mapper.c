// Maps files to be executed, as a program does that loads libraries, and does nothing with them.
//
//   mapper [@LIST | FILE]...
//
// Maps the first bytes of each FILE, or of each file that is named in LIST, one a line, PROT_READ | PROT_EXEC and
// MAP_PRIVATE: all of a file up to 1 MiB; at least a page, so of an empty file too. Prints "mapped FILE" or
// "unmapped FILE: REASON" for each, then "ready pid=P"; waits until SIGTERM, and ends with 0.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, MOST = 1 << 20 };

static int map(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) return -1;
    size_t size = status.st_size > MOST ? MOST : (size_t)status.st_size;
    void *at = mmap(NULL, size < PAGE ? PAGE : size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    int error = errno;
    close(fd);
    errno = error;
    return at == MAP_FAILED ? -1 : 0;
}

static void report(const char *path) {
    if (map(path) == 0) printf("mapped %s\n", path);
    else printf("unmapped %s: %s\n", path, strerror(errno));
}

int main(int argc, char **argv) {
    // Blocked and waited for: it must not be lost between the last line and the wait.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigprocmask(SIG_BLOCK, &ending, NULL);
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '@') {
            report(argv[i]);
            continue;
        }
        FILE *list = fopen(argv[i] + 1, "r");
        char line[4096];
        if (!list) {
            fprintf(stderr, "mapper: cannot open %s\n", argv[i] + 1);
            return 66;
        }
        while (fgets(line, sizeof line, list)) {
            line[strcspn(line, "\n")] = 0;
            report(line);
        }
        fclose(list);
    }
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    int signal;
    sigwait(&ending, &signal);
    return 0;
}
