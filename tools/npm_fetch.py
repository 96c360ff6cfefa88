#!/usr/bin/env python3
"""usage: tools/npm_fetch.py FOLDER

Fetch what FOLDER/package-lock.json names into FOLDER/node_modules, by `npm ci`, unless it is there. No script of a package is run."""
import fcntl
import os
import pathlib
import subprocess
import sys


def run(command, folder, what):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, npm_config_update_notifier="false", NO_COLOR="1"))
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n{what}")


def fetch(folder):
    """Two fetches at once take turns."""
    lock = folder / "package-lock.json"
    mark = folder / "node_modules" / ".respite-lock"
    with open(folder / "package.json", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if mark.exists() and mark.read_bytes() == lock.read_bytes():
            return
        run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder,
            f"npm could not fetch what {lock} names; is the network reachable?")
        mark.write_bytes(lock.read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.splitlines()[0])
    fetch(pathlib.Path(sys.argv[1]).resolve())
