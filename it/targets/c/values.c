// Values of every kind that C has, one call of each function.
//
//   values
//
// Prints "ready pid=P", waits for SIGUSR1, makes the calls once, prints "done".
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

enum state { IDLE, READY = 5, CLOSED };
enum mode { READ = 1, WRITE = 2, EXEC = 4 };

struct address {
    uint32_t host;
    uint16_t port;
};

struct conn {
    int fd;
    enum state state;
    const char *name;
    struct address peer;
    unsigned open : 1;
    unsigned level : 3;
    int delta : 5;
    double load;
    float ratio;
    struct conn *next;
    char tag[8];
    short ports[4];
    unsigned char key[4];
};

union number {
    uint32_t whole;
    float real;
};

struct pair {
    int first;
    long second;
};

struct big {
    long values[5];
};

struct deep1 { int a; struct { int b; struct { int c; struct { int d; } z; } y; } x; };

OPAQUE int use_conn(struct conn *c, enum mode mode) { return c == NULL || c == (struct conn *)0x10 ? -1 : c->fd + (int)mode; }
OPAQUE int use_union(union number *u) { return (int)u->whole; }
OPAQUE long use_pair(struct pair p) { return p.first + p.second; }
OPAQUE long use_big(struct big b, int index) { return b.values[index]; }
OPAQUE int use_deep(struct deep1 *d) { return d->a; }
OPAQUE long use_text(const char *text, size_t room) { return text == NULL ? -1 : (long)(strlen(text) + room); }
OPAQUE double use_float(double x, int n, float y) { return x + n + (double)y; }
OPAQUE long use_many(int a, long b, short c, int d, long e, int f, long g, int h, signed char i) {
    return a + b + c + d + e + f + g + h + i;
}
OPAQUE struct big make_big(long first, int step) {
    struct big made;
    for (int i = 0; i < 5; i++) made.values[i] = first + i * step;
    return made;
}
OPAQUE struct pair make_pair(int first, long second) { return (struct pair){first, second}; }
OPAQUE long fill(int fd, char *buf, size_t room) {
    (void)fd;
    memcpy(buf, "hello world", room < 11 ? room : 11);
    return room < 11 ? (long)room : 11;
}
OPAQUE bool use_items(int *items, int count, uint64_t mask) { return items[count - 1] == 0 && mask != 0; }
OPAQUE enum state next_state(enum state now) { return now == IDLE ? READY : CLOSED; }
OPAQUE int nothing(void) { return 7; }
OPAQUE unsigned long huge(unsigned long x) { return x; }

int main(void) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    struct conn other = {.fd = 9, .state = CLOSED, .name = NULL, .tag = "12345678"};
    struct conn conn = {3, READY, "anna", {0x7f000001, 8080}, 1, 5, -3, 0.5, -2.25f, &other, "main", {1, 2, 3, -4}, {1, 2, 254, 255}};
    use_conn(&conn, READ | WRITE);
    use_conn(&other, EXEC);
    use_conn(NULL, (enum mode)0);
    use_conn((struct conn *)0x10, (enum mode)16);
    union number number = {.real = 1.5f};
    use_union(&number);
    use_pair((struct pair){-4, 1L << 40});
    use_big((struct big){{10, 20, 30, 40, 50}}, 2);
    struct deep1 deep = {1, {2, {3, {4}}}};
    use_deep(&deep);
    static char longer[301];
    memset(longer, 'x', 300);
    use_text("plain", 1);
    use_text(NULL, 2);
    use_text(longer, 3);
    use_text("", 4);
    use_float(1.5, 2, 0.25f);
    use_many(1, -2, 3, -4, 5, -6, 7, -8, -9);
    make_big(100, 7);
    make_pair(-1, -2);
    char buffer[32] = "before";
    fill(4, buffer, sizeof buffer);
    fill(5, buffer, 3);
    int items[20];
    for (int i = 0; i < 20; i++) items[i] = 19 - i;
    use_items(items, 20, 0xf0f0f0f0f0f0f0f0);
    next_state(IDLE);
    nothing();
    huge(0xfffffffffffffff0);
    puts("done");
    return 0;
}
