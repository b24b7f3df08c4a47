#!/usr/bin/env python3
"""Writes C sources of many small functions with types of their own: 100 MB of DWARF and more when compiled with -g.

  big.py DIRECTORY UNITS FUNCTIONS     FUNCTIONS in each of UNITS files
"""

import pathlib
import sys

UNIT = """typedef struct node_{u} {{ struct node_{u} *next; unsigned long key; const char *name; }} node_{u};
"""
FUNCTION = """
enum state_{n} {{ IDLE_{n}, BUSY_{n} = {f}, DONE_{n} }};
struct request_{n} {{
    int id; unsigned flags : 3; unsigned mode : 5; double weight; enum state_{n} state; char text[{l}];
    node_{u} *head; union {{ long number; void *data; }} value; int (*compare)(const struct request_{n} *, long);
}};
__attribute__((noinline)) int handle_{n}(struct request_{n} *request, const char *text, long length, double factor)
{{
    long total = length;
    for (node_{u} *node = request->head; node; node = node->next)
        total += node->key ^ (unsigned long)text[total & {l}];
    request->weight *= factor;
    request->state = total > {f} ? BUSY_{n} : IDLE_{n};
    return request->compare ? request->compare(request, total) : (int)total + request->id;
}}
"""


def main():
    directory, units, functions = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    names = []
    for unit in range(units):
        numbers = [unit * functions + i for i in range(functions)]
        names += numbers
        text = UNIT.format(u=unit) + "".join(
            FUNCTION.format(n=n, u=unit, f=n % 97 + 1, l=n % 48 + 15) for n in numbers)
        (directory / f"unit{unit}.c").write_text(text)
    table = "".join(f"int handle_{n}();\n" for n in names)
    table += "void *all[] = {\n" + "".join(f"(void *)handle_{n},\n" for n in names) + "};\n"
    (directory / "main.c").write_text(table + "int main(void) { return all[0] == 0; }\n")


if __name__ == "__main__":
    main()
