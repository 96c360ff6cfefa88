#!/usr/bin/env python3
"""usage: bench/latency.py PROGRAM [SECONDS]

Twenty sessions under way, each with a monitor that sends a value a second over MLLP, each watched by a page that asks for the
values whenever its stream says that something changed, the first also by a real page in Chromium; beside them somebody moves a
plan all the time (preview of 2000 copies, one after another). Prints how long it takes from sending a value to its
acknowledgement, to the `change` of the session's stream, to the answer of .../bedside/now that has it, and until Chromium has
painted it; then, for a pressure beyond its limit, from sending it to the alarm in that answer. First without the planner, then
with it.

A measurement, not a test: nothing depends on its numbers.
"""
import datetime
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test" / "api"))
import clinic  # noqa: E402
import test_bedside as bedside  # noqa: E402
import test_devices as devices  # noqa: E402

SESSIONS, COPIES, ALARM_MMHG, USUAL_MMHG, USUAL_STEPS = 20, 2000, 215, 100, 40  # usual pressures differ, so that each is known again
DOSE = "0.5 mg/kg ketamine iv over 40 min"


class Monitor(threading.Thread):
    """Sends a pressure and a pulse each second on a line of its own; keeps when each was sent and acknowledged."""

    def __init__(self, c, number):
        super().__init__(daemon=True)
        host, port = c.hl7.rsplit(":", 1)
        # The listener takes few lines of one address: each monitor has its own, as on a ward.
        self.socket = socket.create_connection((host, int(port)), timeout=30, source_address=(f"127.0.1.{number + 1}", 0))
        self.name_of_device, self.number, self.sent, self.acknowledged = f"BENCH-{number}", number, [], []
        self.over, self.alarming = threading.Event(), False

    def run(self):
        begin = time.monotonic() + self.number / SESSIONS
        n = 0
        while not self.over.is_set():
            time.sleep(max(0.0, begin + n - time.monotonic()))
            n += 1
            now = datetime.datetime.now(datetime.timezone.utc)
            systolic_mmhg = ALARM_MMHG if self.alarming else USUAL_MMHG + n % USUAL_STEPS
            at = now.strftime("%Y%m%d%H%M%S.") + f"{now.microsecond // 1000:03d}+0000"
            text = devices.oru(f"{self.name_of_device}-{now.timestamp():.3f}", (devices.SBP, systolic_mmhg, devices.MMHG),
                               (devices.DBP, 80, devices.MMHG), (devices.HR, 70 + n % 5, devices.BEAT), at=at,
                               device=f"{self.name_of_device}^a^b^c", sender=self.name_of_device)
            begun = time.monotonic()
            self.sent.append((int(now.timestamp()) * 1000 + now.microsecond // 1000, begun, systolic_mmhg))
            self.socket.sendall(b"\x0b" + text.encode() + b"\x1c\r")
            answer = b""
            while not answer.endswith(b"\x1c\r"):
                answer += self.socket.recv(65536)
            assert b"MSA|AA|" in answer or b"MSA|CA|" in answer, answer
            self.acknowledged.append(time.monotonic() - begun)


class Page(threading.Thread):
    """What a page at the bedside does: waits for a change, asks for the values. Keeps what it saw when."""

    def __init__(self, c, person, path):
        super().__init__(daemon=True)
        self.clinic, self.person, self.path = c, person, path
        self.changes, self.seen, self.alarm_s, self.over = [], [], None, threading.Event()

    def run(self):
        while not self.over.is_set():  # a stream ends after a minute
            connection = http.client.HTTPConnection("127.0.0.1", self.clinic.port, timeout=30)
            connection.request("GET", f"/api/v1{self.path}/changes", headers={"Cookie": self.person.cookie, "Accept": "text/event-stream"})
            event = None
            for line in connection.getresponse():
                name, _, value = line.decode().rstrip().partition(": ")
                event = value if name == "event" else event
                if name == "data" and event == "change":
                    self.look(json.loads(value))
                if self.over.is_set():
                    break
            connection.close()

    def look(self, told):
        self.changes.append((time.monotonic(), told["number"]))
        answer = self.person.get(f"{self.path}/now")
        assert answer.status == 200, answer.text
        watch = answer.json["watch"]
        self.seen.append((time.monotonic(), round(watch["values"].get("sbp_mmhg", {"at_s": 0})["at_s"] * 1000)))
        if self.alarm_s is None and any(a["id"] == "sbp_once_mmhg" for a in watch["alarms"]):
            self.alarm_s = time.monotonic()


class Browser:
    """A session's page in Chromium (latency_page.mjs)."""

    def __init__(self, c, person, path):
        self.process = subprocess.Popen(
            ["node", ROOT / "bench" / "latency_page.mjs", f"http://127.0.0.1:{c.port}", person.cookie, path.removesuffix("/bedside") + "/session"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def painted(self, monitor):
        """Seconds from each usual pressure that was sent to the frame that shows it; ends the page. One that was never shown is left out."""
        rows = [json.loads(line) for line in self.process.communicate("")[0].splitlines()]
        if not rows:
            sys.exit("Chromium showed no pressure")
        taken = []
        for at_ms, _, systolic_mmhg in monitor.sent:
            if at_ms < rows[0]["at_ms"] or systolic_mmhg == ALARM_MMHG:
                continue
            shown = next((row["at_ms"] for row in rows if row["systolic"] == systolic_mmhg and 0 <= row["at_ms"] - at_ms < 10_000), None)
            if shown is not None:
                taken.append((shown - at_ms) / 1000)
        return taken


class Planner(threading.Thread):
    """Somebody who moves a plan without a rest."""

    def __init__(self, person, patient):
        super().__init__(daemon=True)
        self.person, self.patient, self.took, self.over = person, patient, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            begun = time.monotonic()
            answer = self.person.post(f"/patients/{self.patient}/plans/preview",
                                      {"regimens": {"a": {"dose": ["0.35 mg/kg/h ketamine iv for 4 h every 1 d x10"]}}, "subjects": COPIES,
                                       "seed": 1 + len(self.took)})
            assert answer.status == 200, answer.text
            self.took.append(time.monotonic() - begun)


def first_after(rows, begun, wanted):
    return next((at for at, what in rows if at >= begun and what >= wanted), None)


def quantiles(name, times):
    times = sorted(times)
    at = lambda frac: times[min(len(times) - 1, int(frac * len(times)))] * 1000
    print(f"  {name:<34} n {len(times):5d}   p50 {at(0.5):7.0f} ms   p99 {at(0.99):7.0f} ms   most {times[-1] * 1000:7.0f} ms", flush=True)


def report(people, monitors, pages, planner, painted):
    """Which fact a value became is asked of the server: its chart has moment and number of each."""
    stream, shown, unseen = [], [], 0
    for monitor, page in zip(monitors, pages):
        points = people["nurse"].get(page.path.replace("/bedside", "/readings") + "?points=2000").json["signs"]["sbp_mmhg"]["points"]
        number_of = {round(point[0] * 1000): point[2] for point in points}
        for at_ms, begun, _ in monitor.sent[:-3]:  # the last ones had no time left
            number = number_of[at_ms]
            told, seen = first_after(page.changes, begun, number), first_after(page.seen, begun, at_ms)
            unseen += told is None or seen is None
            if told is not None and seen is not None:
                stream.append(told - begun)
                shown.append(seen - begun)
    quantiles("sent to acknowledged", [s for m in monitors for s in m.acknowledged])
    quantiles("sent to change in the stream", stream)
    quantiles("sent to value in bedside/now", shown)
    quantiles("sent to painted in Chromium", painted)
    if unseen:
        print(f"  {unseen} values were never seen")
    alarms = [page.alarm_s - next(begun for _, begun, mmhg in monitor.sent if mmhg == ALARM_MMHG)
              for monitor, page in zip(monitors, pages) if page.alarm_s is not None]
    quantiles("pressure sent to alarm seen", alarms)
    if len(alarms) < len(pages):
        print(f"  {len(pages) - len(alarms)} alarms were never seen")
    if planner is not None:
        quantiles("planner, a preview", planner.took)


def begin_sessions(c, people):
    """Paths of new sessions that run, a monitor bound to each."""
    paths = []
    for number in range(SESSIONS):
        path, order = bedside.ready(c, people, dose=[DOSE])
        bedside.said(people["nurse"], path, "started", rate_ml_per_h=order["rate_ml_per_h"])
        paths.append(path)
        bound = people["nurse"].post(path.replace("/bedside", "/devices"), {"device": f"BENCH-{number}"})
        assert bound.status == 200, bound.text
    return paths


def end_sessions(people, paths):
    for number, path in enumerate(paths):
        assert people["nurse"].post(path.replace("/bedside", "/devices/unbind"), {"device": f"BENCH-{number}"}).status == 200
        bedside.said(people["nurse"], path, "aborted", why="the measurement is over")


def measure(c, people, paths, seconds, planned):
    planner = Planner(people["physician"], clinic.new_patient(people["physician"])) if planned else None
    pages = [Page(c, people["nurse"], path) for path in paths]
    monitors = [Monitor(c, number) for number in range(SESSIONS)]
    browser = Browser(c, people["nurse"], paths[0])
    for thread in [*pages, *monitors, *([planner] if planner else [])]:
        thread.start()
    time.sleep(seconds)
    for monitor in monitors:
        monitor.alarming = True
    time.sleep(10)
    for monitor in monitors:
        monitor.over.set()
    for monitor in monitors:
        monitor.join()
        monitor.socket.close()
    for thread in [*pages, *([planner] if planner else [])]:
        thread.over.set()
    for thread in [*pages, *([planner] if planner else [])]:
        thread.join()  # a page hears a tick each second
    report(people, monitors, pages, planner, browser.painted(monitors[0]))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    seconds = int(sys.argv[2]) if len(sys.argv) == 3 else 60
    os.environ.pop("TZ", None)
    c = clinic.Clinic(sys.argv[1], ["--hl7", "127.0.0.1:0"])
    try:
        for role in clinic.ROLES:
            c.user_add(role, role)
        c.user_add("physician2", "physician")
        c.start()
        people = c.everybody()
        for planned in (False, True):
            paths = begin_sessions(c, people)
            load = os.getloadavg()[0]
            print(f"{SESSIONS} sessions, {seconds} s, {'a planner beside them' if planned else 'no planner'}; "
                  f"{os.cpu_count()} cores, load before {load:.1f}", flush=True)
            measure(c, people, paths, seconds, planned)
            end_sessions(people, paths)
    finally:
        c.close()


if __name__ == "__main__":
    main()
