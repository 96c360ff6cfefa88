#!/usr/bin/env python3
"""The program as a server: what it refuses to begin with, slow clients, many at once, its end."""
import concurrent.futures
import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

import clinic


def serve(c, *options):
    """(code, stderr) of a server that is expected not to start."""
    done = subprocess.run([c.program, "serve", "--db", c.db, *options], capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout == "", done.stdout
    return done.returncode, done.stderr


def refuses_to_listen(c, people):
    """it does not listen where others can reach it without TLS, nor without a name, nor on nonsense"""
    for options, word in ((("--listen", "0.0.0.0:0"), "--tls-cert"), (("--listen", "[::]:0"), "--tls-cert"),
                          (("--listen", "0.0.0.0:0", "--plain-anywhere"), "--origin"), (("--listen", "8080"), "ADDRESS:PORT"),
                          (("--listen", "127.0.0.1:99999"), "ADDRESS:PORT"), (("--listen", "clinic.example:80"), "numeric"),
                          (("--listen", f"127.0.0.1:{c.port}"), "cannot be listened on"), (("--listen", "127.0.0.1:0", "--tls-cert", "x"), "--tls-key"),
                          (("--listen", "127.0.0.1:0", "--origin", "clinic.example"), "https://NAME"),
                          (("--listen", "127.0.0.1:0", "--proxy"), "--proxy needs --origin")):
        code, text = serve(c, *options)
        assert code in (2, 3) and word in text and text.count("\n") == 1, (options, code, text)
    done = subprocess.run([c.program, "serve", "--db", "/nowhere/x.db"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "respite db init" in done.stderr


def demonstration(c, people):
    """a demonstration begins in a new database, on loopback only, and names who may sign in; a clinic has no such thing"""
    code, text = serve(c, "--demo", "--listen", "127.0.0.1:0")
    assert code == 2 and "there is such a file already" in text, (code, text)
    assert clinic.Person(c).post("/sign-in/demo", {}, key=False).json == {"demo": False}
    done = subprocess.run([c.program, "user", "code", "physician", "--db", c.db], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no demonstration" in done.stderr and done.stdout == "", done
    with tempfile.TemporaryDirectory() as folder:
        db = os.path.join(folder, "demo.db")
        done = subprocess.run([c.program, "serve", "--demo", "--db", db, "--listen", "0.0.0.0:0", "--plain-anywhere",
                               "--origin", "http://demo.example"], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 2 and "demonstration" in done.stderr and done.stdout == "", done
        assert os.listdir(folder) == []
        process = subprocess.Popen([c.program, "serve", "--demo", "--db", db, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            line = json.loads(process.stdout.readline())
            assert line["demo"] and {user["role"] for user in line["users"]} == set(clinic.ROLES), line
            user = line["users"][0]
            code = subprocess.run([c.program, "user", "code", user["name"], "--db", db], capture_output=True, text=True,
                                  check=True).stdout.strip()
            assert code in (clinic.code_of(user["totp_secret"]), clinic.code_of(user["totp_secret"], time.time() - 30)), code
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
            process.stdout.close()


def tls(c, people):
    """with certificate and key it speaks TLS, and the cookie is bound to it"""
    with tempfile.TemporaryDirectory() as folder:
        cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                               "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                              capture_output=True, check=False)
        if made.returncode != 0:
            print("# openssl is not there: TLS not tried", flush=True)
            return
        os.chmod(key, 0o644)
        assert "chmod" in serve(c, "--tls-cert", cert, "--tls-key", key, "--listen", "127.0.0.1:0")[1]
        os.chmod(key, 0o600)
        process = subprocess.Popen([c.program, "serve", "--db", c.db, "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = json.loads(process.stdout.readline())["url"]
            assert url.startswith("https://127.0.0.1:")
            trust = ssl.create_default_context(cafile=cert)
            with urllib.request.urlopen(url + "/healthz", context=trust) as answer:
                assert answer.status == 200 and "max-age" in answer.headers["Strict-Transport-Security"]

            def post(path, body):
                request = urllib.request.Request(url + "/api/v1" + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
                with urllib.request.urlopen(request, context=trust) as answer:
                    return json.load(answer), answer.headers

            name = c.spare("nurse")
            ticket = post("/sign-in", {"name": name, "password": clinic.PASSWORD})[0]["ticket"]
            cookie = post("/sign-in/code", {"ticket": ticket, "code": c.fresh_code(name)})[1]["Set-Cookie"]
            assert cookie.startswith("__Host-respite=") and "; Secure" in cookie, cookie
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
            process.stdout.close()


def behind_a_proxy(c, people):
    """behind a proxy the last address it names counts, not what a client writes before it; without, none of it"""
    second = clinic.Clinic(c.program, ["--proxy", "--origin", "https://clinic.example"])
    try:
        second.start()
        for port, host in ((second.port, "clinic.example"), (c.port, f"127.0.0.1:{c.port}")):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall((f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: 192.0.2.1, 192.0.2.2\r\n"
                                    "X-Forwarded-For: 192.0.2.3, 192.0.2.4\r\nConnection: close\r\n\r\n").encode())
                while connection.recv(4096):
                    pass
        assert "192.0.2.4" in second.log_text() and "192.0.2.1" not in second.log_text()
        assert "192.0.2" not in c.log_text()
    finally:
        second.close()


def slow_clients(c, people):
    """clients that send a byte now and then do not hold up others"""
    slow = []
    for number in range(40):
        connection = socket.create_connection(("127.0.0.1", c.port))
        connection.sendall(b"POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\n" if number % 2 else b"G")
        slow.append(connection)
    began = time.monotonic()
    for _ in range(3):
        for connection in slow:
            try:
                connection.sendall(b"X")
            except OSError:
                pass
        assert people["nurse"].get("/me", timeout=5).status == 200
        time.sleep(0.5)
    assert time.monotonic() - began < 10
    for connection in slow:
        connection.close()
    assert people["nurse"].get("/me").status == 200


def too_many(c, people):
    """one address holds so many connections and no more, and is served again when they are gone"""
    held = []
    for _ in range(100):
        held.append(socket.create_connection(("127.0.0.1", c.port)))
    time.sleep(0.3)
    closed = 0
    for connection in held:
        connection.setblocking(False)
        try:
            closed += connection.recv(1) == b""
        except BlockingIOError:
            pass
        except ConnectionError:
            closed += 1
    for connection in held:
        connection.close()
    assert 30 <= closed <= 60, closed
    time.sleep(0.3)
    assert people["nurse"].get("/me").status == 200


def parallel(c, people):
    """many read and write at once: nothing fails, nothing is lost"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)

    def write(number):
        return nurse.post(f"/patients/{patient}/diary", {"date": "2026-01-01", "pain_nrs": number % 11})

    def read(_):
        return nurse.get(f"/patients/{patient}")

    with concurrent.futures.ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda n: (write if n % 2 else read)(n), range(200)))
    assert {a.status for a in answers} == {200}, [a.text for a in answers if a.status != 200][:3]
    assert len(nurse.get(f"/patients/{patient}/diary?limit=200").json["entries"]) == 100


# Three nasal doses six hundred times for two thousand copies: seconds of work for one thread.
LONG_PLAN = {"subjects": 2000, "dose": [f"56 mg esketamine nasal at {minute} min every 25.3 h x600" for minute in (0, 20, 40)]}


def start_plan(c, person, patient):
    """A connection on which a long plan was asked for; nobody reads its answer."""
    body = json.dumps(LONG_PLAN).encode()
    connection = socket.create_connection(("127.0.0.1", c.port))
    connection.sendall((f"POST /api/v1/patients/{patient}/plan HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nCookie: {person.cookie}\r\n"
                        f"X-Respite-CSRF: {person.csrf}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                        ).encode() + body)
    return connection


def plans_done(c, people):
    """How many plans of a patient the audit calls done."""
    facts = people["administrator"].get("/audit?limit=200").json["facts"]
    return sum(fact.get("use_case") == "plan" and fact.get("outcome") == "done" for fact in facts)


def left_client(c, people):
    """clients that leave while they are planned for take their plans with them: the next plan is fast, and none was made for nobody"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    assert physician.post(f"/patients/{patient}/care", {"name": "nurse"}).status == 200
    before = plans_done(c, people)
    held = [start_plan(c, person, patient) for person in (physician, people["nurse"]) for _ in range(4)]
    time.sleep(0.3)  # the first two are worked on
    refused = physician.post(f"/patients/{patient}/plan", {"subjects": 20})
    assert (refused.status, refused.code) == (503, "busy"), "there was nothing to leave"
    for connection in held:
        connection.close()
    began = time.monotonic()
    while physician.post(f"/patients/{patient}/plan", {"subjects": 20}).status != 200:
        assert time.monotonic() - began < 2, "plans of clients that left are still being made"
        time.sleep(0.05)
    assert time.monotonic() - began < 2
    assert plans_done(c, people) == before + 1


def asked_anew(c, people):
    """a plan that is asked for anew under its name ends the one under way, which answers so at once"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    name = {"X-Respite-Request": "planner"}
    before = plans_done(c, people)
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        old = []
        for _ in range(6):  # as a slider that moves: more than may wait at once
            old.append(threads.submit(physician.post, f"/patients/{patient}/plan", LONG_PLAN, headers=name))
            time.sleep(0.2)
        began = time.monotonic()
        assert physician.post(f"/patients/{patient}/plan", {"subjects": 20}, headers=name).status == 200
        assert time.monotonic() - began < 2
        assert [each.result().code for each in old] == ["superseded"] * 6
    assert plans_done(c, people) == before + 1


def term_during_requests(c, people):
    """SIGTERM ends it with code 0 while requests are under way; what was answered is there afterwards"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)
    done, stop = [], threading.Event()

    def write(_):
        while not stop.is_set():
            try:
                if nurse.post(f"/patients/{patient}/diary", {"date": "2026-01-01", "pain_nrs": 1}, timeout=10).status == 200:
                    done.append(1)
            except OSError:
                return
            except Exception:  # noqa: BLE001: a cut answer
                return

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        running = [threads.submit(write, n) for n in range(8)]
        while len(done) < 20:
            time.sleep(0.01)
        assert c.stop() == 0
        stop.set()
        for each in running:
            each.result()
    c.start()
    person = c.person("physician2")
    person.post(f"/patients/{patient}/break-glass", {"reason": "counting what is there"})
    n = len(person.get(f"/patients/{patient}/diary?limit=200").json["entries"])
    assert len(done) <= n <= len(done) + 8, (len(done), n)
    assert people["nurse"].get("/me").status == 401  # sessions end with the program


clinic.run([refuses_to_listen, demonstration, tls, behind_a_proxy, slow_clients, too_many, parallel, left_client, asked_anew, term_during_requests])
