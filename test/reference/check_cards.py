#!/usr/bin/env python3
"""Is docs/models what the program writes? usage: check_cards.py RESPITE DOCS_MODELS

Pages and structure drawings are compared as text. The plots of the numbers are only looked for: their
coordinates are rounded results, which may differ in the last digit between processors."""
import pathlib
import subprocess
import sys
import tempfile

program, kept = sys.argv[1], pathlib.Path(sys.argv[2])
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([program, "model", "card", "--output", folder], check=True)
    made = {p.name: p.read_text() for p in pathlib.Path(folder).iterdir()}
present = {p.name: p.read_text() for p in kept.iterdir()}
wrong = sorted(set(made) ^ set(present))
wrong += sorted(n for n in set(made) & set(present) if not n.endswith("-checks.svg") and made[n] != present[n])
if not made:
    wrong.append("nothing was written")
for name in wrong:
    print(f"{name} is out of date; run: respite model card --output docs/models")
sys.exit(1 if wrong else 0)
