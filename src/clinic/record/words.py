#!/usr/bin/env python3
"""words.py WORDS.yaml OUT.c: the history words of rules/words.yaml as a C table.

Reads only the block under "history:", one "word: text" a line, so that a build needs no YAML package.
"""
import re
import sys


def main(source, target):
    pairs, inside = [], False
    with open(source, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if re.match(r"\S", line) and not line.startswith("#"):
                inside = line.startswith("history:")
                continue
            if not inside or not line.strip() or line.lstrip().startswith("#"):
                continue
            match = re.fullmatch(r"  ([a-z][a-z0-9_]*): ([^\"#\\]+)", line)
            if not match:
                sys.exit(f"{source}:{number}: expected '  word: text' without quotes")
            pairs.append(match.groups())
    if not pairs:
        sys.exit(f"{source}: no history words found")
    words = [word for word, _ in pairs]
    if len(set(words)) != len(words):
        sys.exit(f"{source}: a history word stands twice")
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Generated from rules/words.yaml by words.py. */\n#include <stddef.h>\n\n")
        out.write('#include "record/words.h"\n\n')
        for name, column in (("words", 0), ("texts", 1)):
            out.write(f"const char *const rsp_history_{name}[] = {{\n")
            out.writelines(f'    "{pair[column].strip()}",\n' for pair in pairs)
            out.write("    NULL,\n};\n\n")


main(sys.argv[1], sys.argv[2])
