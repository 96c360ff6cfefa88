"""Reading C source for the checks in this folder: which files there are, and code without comments."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE_DIRS = ("include", "src", "test", "bench", "examples", "fuzz")


def files(*dirs, suffixes=(".c", ".h"), root=ROOT):
    """Source files under the folders (all code folders when none is given), sorted."""
    found = []
    for folder in dirs or CODE_DIRS:
        found += [p for p in (root / folder).rglob("*") if p.suffix in suffixes and p.is_file()]
    return sorted(found)


def place(path, root=ROOT):
    """Path as the user knows it: from the top of the tree."""
    return str(path.relative_to(root))


_TOKEN = re.compile(
    r"""(?P<block>/\*.*?(?:\*/|\Z))|(?P<line>//[^\n]*)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.DOTALL)


def strip(text):
    """The code with comments blanked and texts emptied; line numbers and columns stay."""
    def blank(match):
        kept = re.sub(r"[^\n]", " ", match.group(0))
        if match.lastgroup == "text":
            quote = match.group(0)[0]
            return quote + kept[1:-1] + quote
        return kept
    return _TOKEN.sub(blank, text)


def comment_lines(text):
    """1-based numbers of the lines that carry (part of) a comment."""
    lines = set()
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "text":
            first = text.count("\n", 0, match.start()) + 1
            lines.update(range(first, first + match.group(0).count("\n") + 1))
    return lines


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def report(findings, what):
    """Print findings, or one line that says that there are none. @return exit code"""
    for finding in findings:
        print(finding)
    print(f"{what}: {len(findings)} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings else 0
