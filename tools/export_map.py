#!/usr/bin/env python3
"""usage: tools/export_map.py OUT.map

Write the linker's list of the symbols that librespite exports: the functions of the public headers.
"""
import pathlib
import re
import sys

import csource

FUNCTION = re.compile(r"\b(rsp_\w+)\s*\(")


def public_functions(root):
    """Names of the functions that the public headers declare."""
    names = set()
    for path in csource.files("include", suffixes=(".h",), root=root):
        code = csource.strip(path.read_text())
        code = re.sub(r"^[ \t]*#.*(?:\\\n.*)*", "", code, flags=re.MULTILINE)  # macros
        names.update(FUNCTION.findall(code))
    return names


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    body = "".join(f"        {name};\n" for name in sorted(public_functions(csource.ROOT)))
    pathlib.Path(sys.argv[1]).write_text("{\n    global:\n" + body + "    local: *;\n};\n")
