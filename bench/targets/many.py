#!/usr/bin/env python3
"""Writes C of a program with many small functions, work_0000 and so on, that calls them in turn, one every millisecond.

  many.py FILE FUNCTIONS
"""

import sys

HEAD = """#include <stdio.h>
#include <unistd.h>
"""
FUNCTION = """__attribute__((noinline)) long work_{n:04}(long x)
{{
    return x * {n} + 1;
}}
"""
MAIN = """
int main(void) {
    printf("ready pid=%d\\n", getpid());
    fflush(stdout);
    for (volatile long i = 0;; i++) {
        all[i % (long)(sizeof all / sizeof all[0])](i);
        usleep(1000);
    }
}
"""


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    names = [f"work_{n:04}" for n in range(count)]
    with open(path, "w") as out:
        out.write(HEAD + "".join(FUNCTION.format(n=n) for n in range(count)))
        out.write("static long (*const all[])(long) = {" + ", ".join(names) + "};\n" + MAIN)


if __name__ == "__main__":
    main()
