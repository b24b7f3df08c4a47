// Probes as tools do that think of nothing: one perf event at one function of a file, for every process that maps it.
//
//   naive return | entry FILE SYMBOL [private]
//
// Prints "attached", and goes on until SIGTERM. With `private` it has the file mapped all the while, as readers of
// debug information do. Exits with 2 and says why if it cannot be attached.
#include "zoo.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static char *file;
static size_t size;

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static char *read_all(const char *path) {
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) fail(path);
    off_t length = lseek(from, 0, SEEK_END);
    char *bytes = malloc((size_t)length);
    if (pread(from, bytes, (size_t)length, 0) != length) fail(path);
    close(from);
    size = (size_t)length;
    return bytes;
}

// ELF32 and ELF64 differ in the widths only.
#define FIND(BITS)                                                                                                     \
    static uint64_t find##BITS(const char *name) {                                                                     \
        Elf##BITS##_Ehdr *header = (void *)file;                                                                       \
        Elf##BITS##_Shdr *sections = (void *)(file + header->e_shoff);                                                 \
        Elf##BITS##_Phdr *segments = (void *)(file + header->e_phoff);                                                 \
        for (int i = 0; i < header->e_shnum; i++) {                                                                    \
            if (sections[i].sh_type != SHT_SYMTAB && sections[i].sh_type != SHT_DYNSYM) continue;                      \
            Elf##BITS##_Sym *symbols = (void *)(file + sections[i].sh_offset);                                         \
            char *names = file + sections[sections[i].sh_link].sh_offset;                                              \
            for (size_t j = 0; j < sections[i].sh_size / sizeof *symbols; j++) {                                       \
                if (symbols[j].st_value == 0 || strcmp(names + symbols[j].st_name, name) != 0) continue;               \
                for (int k = 0; k < header->e_phnum; k++) {                                                            \
                    uint64_t into = symbols[j].st_value - segments[k].p_vaddr;                                         \
                    if (segments[k].p_type == PT_LOAD && (segments[k].p_flags & PF_X) && into < segments[k].p_filesz)  \
                        return into + segments[k].p_offset;                                                            \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        errno = ENOENT;                                                                                                \
        return (uint64_t)fail(name);                                                                                   \
    }
FIND(32)
FIND(64)

int main(int argc, char **argv) {
    if (argc < 4) return 64;
    file = read_all(argv[2]);
    int type = 0;
    FILE *types = fopen("/sys/bus/event_source/devices/uprobe/type", "r");
    if (types == NULL || fscanf(types, "%d", &type) != 1) fail("uprobe");
    struct perf_event_attr event = {
        .type = (uint32_t)type,
        .size = sizeof event,
        .config = is(argv[1], "return"),
        .config1 = (uint64_t)(uintptr_t)argv[2],
        .config2 = file[EI_CLASS] == ELFCLASS32 ? find32(argv[3]) : find64(argv[3]),
    };
    if (argc > 4) {
        int from = open(argv[2], O_RDONLY | O_CLOEXEC);
        char *mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, from, 0);
        if (mapped == MAP_FAILED) fail("mmap");
        if (write(open("/dev/null", O_WRONLY), mapped + event.config2, 1) != 1) fail("read"); // so that the page is there
    }
    long opened = syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    if (opened < 0) fail("perf_event_open");
    say("attached\n");
    pause();
    return 0;
}
