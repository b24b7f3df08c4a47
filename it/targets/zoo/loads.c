// Opens a probed library, calls it, closes it, 100 times; and lets a file of its own take its place.
//
//   loads again LIBRARY | replaced LIBRARY OTHER
#include "zoo.h"
#include <dlfcn.h>

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    long right = 0, wrong = 0;
    // Open once before, so that there is something to attach to.
    void *library = dlopen(argv[2], RTLD_NOW);
    if (library == NULL) return 65;
    ready();
    for (int i = 0; i < 100; i++) {
        long (*work)(long) = (long (*)(long))dlsym(library, "work");
        for (long n = 0; n < 20; n++) *(work(n) == n * 3 + 1 ? &right : &wrong) += 1;
        if (dlclose(library) != 0) return 66;
        if (is(argv[1], "replaced") && i == 50 && rename(argv[3], argv[2]) != 0) return 67;
        library = dlopen(argv[2], RTLD_NOW);
        if (library == NULL) return 65;
    }
    printf("result right=%ld wrong=%ld\n", right, wrong);
    return 0;
}
