// A file system of one file, in user space, that stops answering: reads of it wait for ever after SIGUSR1.
//
//   stalled DIRECTORY FILE
//
// Mounts it at DIRECTORY, with FILE's content as DIRECTORY/program; prints "ready pid=P", and "stalled" after SIGUSR1. Ends with
// SIGTERM, and the file system with it.
#include "zoo.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

static int device;
static char *content;
static size_t size;
static volatile sig_atomic_t stalled;

static void stall(int signal) {
    (void)signal;
    stalled = 1;
    say("stalled\n");
}

static void answer(const struct fuse_in_header *to, int error, const void *what, size_t length) {
    struct fuse_out_header header = {(uint32_t)(sizeof header + length), -error, to->unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)what, length}};
    if (writev(device, parts, 2) < 0 && errno != ENOENT) _exit(71);
}

static struct fuse_attr attributes(uint64_t node) {
    int isRoot = node == FUSE_ROOT_ID;
    return (struct fuse_attr){.ino = node, .size = isRoot ? 0 : size, .blocks = size / 512, .mode = isRoot ? S_IFDIR | 0755 : S_IFREG | 0755,
                              .nlink = 1, .blksize = 4096};
}

static void serve(const struct fuse_in_header *in, const char *body) {
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = 4096, .max_write = 4096};
        answer(in, 0, &out, sizeof out);
        return;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = {.nodeid = 2, .attr_valid = 3600, .entry_valid = 3600, .attr = attributes(2)};
        answer(in, strcmp(body, "program") == 0 ? 0 : ENOENT, &out, strcmp(body, "program") == 0 ? sizeof out : 0);
        return;
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr_valid = 3600, .attr = attributes(in->nodeid)};
        answer(in, 0, &out, sizeof out);
        return;
    }
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_KEEP_CACHE};
        answer(in, 0, &out, sizeof out);
        return;
    }
    case FUSE_READ: {
        const struct fuse_read_in *read = (const void *)body;
        if (stalled) return;
        size_t at = read->offset < size ? read->offset : size;
        size_t length = read->size < size - at ? read->size : size - at;
        answer(in, 0, content + at, length);
        return;
    }
    case FUSE_FLUSH:
    case FUSE_RELEASE: answer(in, 0, NULL, 0); return;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT: return;
    default: answer(in, ENOSYS, NULL, 0);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int file = open(argv[2], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) return 65;
    size = (size_t)status.st_size;
    content = malloc(size);
    if (pread(file, content, size, 0) != (ssize_t)size) return 65;
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[100];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (device < 0 || mount("stet-zoo", argv[1], "fuse", MS_NODEV, options) != 0) return 66;
    struct sigaction action = {.sa_handler = stall, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    static char request[1 << 17] __attribute__((aligned(8)));
    while (read(device, request, sizeof request) > 0 || errno == EINTR || errno == ENOENT) {
        serve((struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
    }
    return 0;
}
