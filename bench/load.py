#!/usr/bin/env python3
"""usage: bench/load.py PROGRAM [SECONDS]

The clinic's server under load, on the demo clinic: 50 signed-in people read and 10 write while one backup after another
is made. Prints for people who think a second between two looks, and for people who never think, how long answers take
(p50, p90, p99), beside two baselines: /healthz of the same server, and a file from nginx. Afterwards every entry whose
number the server gave to a writer must be in the database, each once, and its chain must verify. Needs wrk and nginx (Debian: wrk, nginx-light).

A measurement, not a test: nothing depends on its numbers.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test" / "api"))
import clinic  # noqa: E402

READERS, WRITERS, PATIENTS = 50, 10, 12
SCRIPT = ROOT / "bench" / "load.lua"


class Demo(clinic.Clinic):
    """The demo clinic, with sixty nurses more who care for the same patients."""

    def __init__(self, program):  # noqa: super is a clinic of its own
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="respite-load-")
        self.db = str(pathlib.Path(self.folder.name) / "clinic.db")
        self.secrets, self.used, self.options, self.words = {}, {}, ["--demo"], {}
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.process = None

    def begin(self):
        self.process = subprocess.Popen([self.program, "serve", "--demo", "--db", self.db, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.url, self.port = ready["url"], int(ready["url"].rsplit(":", 1)[1])
        for user in ready["users"]:
            self.secrets[user["name"]], self.words[user["name"]] = user["totp_secret"], user["password"]

    def enter(self, name):
        person = clinic.Person(self, name)
        answer = person.sign_in(self.words.get(name, clinic.PASSWORD))
        assert answer.status == 200, (name, answer.status, answer.text)
        return person


def prepare(demo):
    """(sessions, patients): everybody signed in and caring."""
    chief = demo.enter("rivers")
    found = chief.post("/patients/search", {"name": "DEMO-00"}).json["patients"]
    patients = [row["patient"] for row in found if row["own"]][:PATIENTS]
    sessions = []
    for i in range(READERS + WRITERS):
        name = f"load{i}"
        demo.user_add(name, "nurse")
        for patient in patients:
            assert chief.post(f"/patients/{patient}/care", {"name": name}).status == 200
        sessions.append(demo.enter(name))
    return sessions, patients


def write_table(path, sessions, patients):
    lines = ["SESSIONS = {"]
    lines += [f'  {{ cookie = "{s.cookie}", csrf = "{s.csrf}" }},' for s in sessions]
    lines += ["}", "PATIENTS = { " + ", ".join(f'"{p}"' for p in patients) + " }", f'TODAY = "{time.strftime("%Y-%m-%d")}"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def wrk(url, seconds, connections, arguments=()):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    if arguments:
        command += ["-s", str(SCRIPT)]
    return subprocess.Popen(command + ["--latency", url] + (["--"] + [str(a) for a in arguments] if arguments else []),
                            stdout=subprocess.PIPE, text=True)


UNIT = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def read_result(text):
    """{p50, p90, p99 in ms, requests a second, n, errors}."""
    result = {"errors": 0}
    if os.environ.get("RESPITE_LOAD_RAW"):
        print(text, flush=True)
    for share, number, unit in re.findall(r"^ +(50|90|99)% +([\d.]+)(us|ms|s|m) *$", text, re.MULTILINE):
        result["p" + share] = float(number) * UNIT[unit]
    result["n"] = int(re.search(r"(\d+) requests in", text)[1])
    result["per_s"] = float(re.search(r"Requests/sec: +([\d.]+)", text)[1])
    for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", text):
        result["errors"] += int(number)
    for numbers in re.findall(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text):
        result["errors"] += sum(map(int, numbers))
    return result


def row(name, result):
    print(f"{name:<42} {result['per_s']:>9.0f} {result['p50']:>9.1f} {result['p90']:>9.1f} {result['p99']:>9.1f} {result['errors']:>7}",
          flush=True)


def back_up(demo, stop, made):
    while not stop.is_set():
        target = f"{demo.folder.name}/backup{len(made)}"
        done = subprocess.run([demo.program, "db", "backup", target, "--db", demo.db], capture_output=True, text=True, check=False)
        made.append(done.returncode)
        if done.returncode == 0:
            os.unlink(target)


def under_load(demo, folder, seconds, think_ms):
    """Readers, writers and a backup at once."""
    stop, made = threading.Event(), []
    thread = threading.Thread(target=back_up, args=(demo, stop, made))
    thread.start()
    jobs = {"reads": wrk(demo.url, seconds, READERS, (folder / "readers.lua", "read", think_ms, 1)),
            "writes": wrk(demo.url, seconds, WRITERS, (folder / "writers.lua", "write", think_ms, 2, folder / "acknowledged"))}
    texts = {name: job.communicate()[0] for name, job in jobs.items()}
    stop.set()
    thread.join()
    results = {name: read_result(text) for name, text in texts.items()}
    return results, made


def nginx(folder, seconds):
    """A file of the size of a patient's record from nginx, or None without it."""
    if not shutil.which("nginx"):
        return None
    (folder / "www").mkdir()
    (folder / "www" / "file.json").write_text("x" * 2000, encoding="utf-8")
    port = 18999
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr crit; events {{}} "
        f"http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; "
        f"uwsgi_temp_path {folder}; scgi_temp_path {folder}; server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}", encoding="utf-8")
    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        return read_result(wrk(f"http://127.0.0.1:{port}/file.json", seconds, READERS).communicate()[0])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def entries(demo):
    """Numbers of the diary entries that are kept."""
    with sqlite3.connect(f"file:{demo.db}?mode=ro", uri=True) as db:
        return {number for (number,) in db.execute("SELECT number FROM fact WHERE kind = 'diary_entry'")}


def judge(acknowledged, kept):
    """(numbers that were given out and are not kept, numbers that were given out twice)"""
    return set(acknowledged) - kept, {number for number, n in collections.Counter(acknowledged).items() if n > 1}


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    seconds = int(sys.argv[2]) if len(sys.argv) == 3 else 20
    demo = Demo(sys.argv[1])
    folder = pathlib.Path(demo.folder.name)
    try:
        demo.begin()
        sessions, patients = prepare(demo)
        write_table(folder / "readers.lua", sessions[:READERS], patients)
        write_table(folder / "writers.lua", sessions[READERS:], patients)
        print(f"{os.cpu_count()} processors, load before {os.getloadavg()[0]:.1f}; {seconds} s each; milliseconds")
        print(f"{'':<42} {'per s':>9} {'p50':>9} {'p90':>9} {'p99':>9} {'errors':>7}")
        before = entries(demo)
        for text, think_ms in (("people who think 1 s", 1000), ("people who never think", 0)):
            results, made = under_load(demo, folder, seconds, think_ms)
            row(f"50 reading, {text}", results["reads"])
            row(f"10 writing, {text}", results["writes"])
            print(f"  {len(made)} backups meanwhile, {sum(code != 0 for code in made)} failed")
        row("/healthz, 50 at once", read_result(wrk(demo.url + "/healthz", seconds, READERS).communicate()[0]))
        base = nginx(folder, seconds)
        if base:
            row("a file of 2 kB from nginx, 50 at once", base)
        time.sleep(1)
        acknowledged = [int(line) for line in (folder / "acknowledged").read_text(encoding="ascii").split()]
        kept = entries(demo) - before
        lost, twice = judge(acknowledged, kept)
        check = subprocess.run([demo.program, "db", "check", "--db", demo.db], capture_output=True, text=True, check=False)
        print(f"{len(acknowledged)} writes acknowledged, {len(lost)} of them lost, {len(twice)} numbers given twice, "
              f"{len(kept - set(acknowledged))} kept whose answer was not awaited; {check.stdout.strip().splitlines()[-1]}")
        return 1 if lost or twice or not acknowledged or check.returncode else 0
    finally:
        demo.close()


if __name__ == "__main__":
    sys.exit(main())
