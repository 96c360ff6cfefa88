#!/usr/bin/env python3
"""usage: bench/answers.py PROGRAM [CALLS]

Processor time of one answer of the clinic's server, of its whole process, on the demo clinic: each read of the mix of bench/load.py is asked for
CALLS times (100) by one physician, after ten times that do not count. Prints the mean in milliseconds; its resolution is 10 ms / CALLS.

A measurement, not a test: nothing depends on its numbers.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import load  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
UNCOUNTED = 10


def used_ms(pid):
    """Milliseconds of processor that a process has used, in the program and in the kernel."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def asks(person, patient, today):
    path = f"/patients/{patient}"
    reads = {"/healthz": "raw:/healthz", "/me": "/me", "patient": path, "timeline": path + "/timeline", "diary": path + "/diary",
             "assessments": path + "/assessments", "plans": path + "/plans", "orders": path + "/orders",
             "today": "/today", "appointments": f"/appointments?from={today}&to={today}", "register": "/register?state=open", "ledger": "/stock"}
    for name, address in reads.items():
        yield name, lambda a=address: person.get(a)
    yield "search", lambda: person.post("/patients/search", {"name": "a"})
    yield "diary entry, written", lambda: person.post(path + "/diary", {"date": today, "pain_nrs": 4})


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    calls = int(sys.argv[2]) if len(sys.argv) == 3 else 100
    demo = load.Demo(sys.argv[1])
    try:
        demo.begin()
        person = demo.enter("rivers")
        found = person.post("/patients/search", {"name": "DEMO-00"}).json["patients"]
        patient = next(row["patient"] for row in found if row["own"])
        today = person.get("/today").json["day"]
        print(f"load before {os.getloadavg()[0]:.1f}; {calls} calls each; ms of the server's processor time")
        for name, ask in asks(person, patient, today):
            for _ in range(UNCOUNTED):
                assert ask().status == 200, (name, ask().status, ask().text)
            before = used_ms(demo.process.pid)
            for _ in range(calls):
                ask()
            print(f"{name:<24} {(used_ms(demo.process.pid) - before) / calls:>7.2f}", flush=True)
    finally:
        demo.close()


if __name__ == "__main__":
    main()
