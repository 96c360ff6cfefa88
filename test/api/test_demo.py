#!/usr/bin/env python3
"""The demo clinic as tools/demo opens it: three sessions with simulated devices, one of them in trouble; and without devices."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import clinic

ROOT = pathlib.Path(__file__).resolve().parents[2]
FRESH_S, PATIENCE_S = 5, 120


class Demo:
    """tools/demo with its own listening ports; the scenario of the devices is near its trouble, so that nobody waits for it."""

    def __init__(self, build, *options):
        self.process = subprocess.Popen([sys.executable, str(ROOT / "tools" / "demo"), str(build), *options, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.told = json.loads(line)
        self.port = int(self.told["url"].rsplit(":", 1)[1])
        self.text = ""
        while "Ctrl-C" not in self.text:
            self.text += self.process.stdout.readline()

    def fresh_code(self, name, _):
        return next(user["code"] for user in self.told["users"] if user["name"] == name)

    def sign_in(self, name):
        person = clinic.Person(self, name)
        answer = person.sign_in(self.told["users"][0]["password"])
        assert answer.status == 200, answer.text
        return person

    def devices(self):
        """Ids of the processes that play devices."""
        found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], text=True, capture_output=True, check=True).stdout
        return [int(row.split()[0]) for row in found.splitlines() if " device-sim " in row]

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def until(look, wanted):
    end = time.monotonic() + PATIENCE_S
    while True:
        seen = look()
        if wanted(seen):
            return seen
        assert time.monotonic() < end, seen
        time.sleep(0.3)


def fresh(ward):
    """Whether every session shows a heart rate and a saturation of the last seconds."""
    signs = ("hr_per_min", "spo2_pct")
    return len(ward["sessions"]) == 3 and all(ward["now_s"] - s["values"][sign]["at_s"] <= FRESH_S for s in ward["sessions"] for sign in signs)


def three_sessions_with_devices(build):
    """three sessions run with fresh values, the one that the text names is over 200 systolic, and the devices end with the clinic"""
    demo = Demo(build, "--devices-from-s", "78")
    try:
        assert len(demo.devices()) == 3, demo.text
        brook = demo.sign_in("brook")
        ward = until(lambda: brook.get("/ward").json, fresh)
        assert {s["state"] for s in ward["sessions"]} == {"running"} and ward["n_other"] == 0, ward
        assert all(s["given_mg"] > 0 for s in ward["sessions"])
        named = next(line for line in demo.text.splitlines() if "in trouble" in line)
        high = lambda seen: [(s, a) for s in seen["sessions"] for a in s["alarms"] if a["priority"] == "high" and not a["technical"]]
        ward = until(lambda: brook.get("/ward").json, high)
        (session, alarm), = high(ward)
        assert f"{session['given_name']} {session['family_name']}" in named and alarm["vital"] == "sbp_mmhg" and alarm["worst"] > 200, ward
        devices = {d["device"]: d for d in brook.get("/devices").json["devices"]}
        assert set(devices) == {"DEMO-MON-1", "DEMO-MON-2", "DEMO-MON-3", "DEMO-PUMP-1"}, devices
        assert all(d["bound"] and d["quarantined"] == 0 for d in devices.values()), devices
        pumps = lambda seen: [s for s in seen["sessions"] if "pump_ml_per_h" in s["values"]]
        (pumped,) = pumps(until(lambda: brook.get("/ward").json, pumps))
        assert pumped["values"]["pump_ml_per_h"]["value"] == pumped["rate"]["ml_per_h"], pumped
        playing = demo.devices()
    finally:
        code = demo.close()
    assert code == 0, code
    for pid in playing:
        assert not pathlib.Path(f"/proc/{pid}").exists(), f"device {pid} outlived the clinic"


def without_devices(build):
    """when no device can be simulated the clinic runs, and text and ward say that devices are missing"""
    demo = Demo(build, "--devices-from-s", "never")
    try:
        assert "could be simulated" in demo.text and "in trouble" not in demo.text, demo.text
        assert demo.devices() == []
        brook = demo.sign_in("brook")
        lost = until(lambda: brook.get("/ward").json, lambda ward: all(
            any(a["id"] in ("device_lost", "feed_stopped") for a in s["alarms"]) for s in ward["sessions"]))
        assert len(lost["sessions"]) == 3
    finally:
        assert demo.close() == 0


if __name__ == "__main__":
    os.environ.pop("TZ", None)
    tests, failed = [three_sessions_with_devices, without_devices], 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        try:
            test(pathlib.Path(sys.argv[1]).resolve().parents[3])
            print(f"ok {number} - {test.__doc__}", flush=True)
        except Exception as problem:  # noqa: BLE001: each failure is a line
            failed += 1
            print(f"not ok {number} - {test.__doc__}\n# {type(problem).__name__}: {str(problem)[:800]}", flush=True)
    sys.exit(failed > 0)
