// Waits until SIGTERM. Linked statically: no pack knows anything in it.
#include <unistd.h>

int main(void) {
    for (;;) pause();
}
