"""usage: test_million.py SINK RESPITE

A million messages over one line, some of them twice: each is kept once, none is refused."""
import os
import subprocess
import sys
import tempfile

from device import Sink, run

SINK, RESPITE = sys.argv[1:3]
# 24 h of a message every 100 ms, and 4 h of them once more
SCENARIO = """name: A million
length: 24 h
devices:
  - id: MON
    kind: monitor
    every: 0.1 s
    signs: {heart_rate: {trend: {0 min: 70}, noise: 3}}
    events: [{at: 1 h, for: 4 h, what: twice}]
"""
N, N_TWICE = 24 * 36000 + 1, 4 * 36000


def a_million_messages_are_kept_once_each():
    sink = Sink(SINK)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "million.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        done = subprocess.run([RESPITE, "device-sim", path, "--at-once", "--to", "%s:%d" % sink.address], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts = sink.close()
    assert counts == {"kept": N, "again": N_TWICE, "reused": 0, "refused": 0, "trouble": 0}, counts
    numbers = [int(message.split(b"|")[9].rsplit(b"-", 1)[1]) for message in sink.kept]
    assert numbers == list(range(1, N + 1))


sys.exit(run([a_million_messages_are_kept_once_each]))
