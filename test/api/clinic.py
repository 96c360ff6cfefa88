"""The real program on a free port, with accounts of every role, for the tests of this folder."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import secrets
import signal
import struct
import subprocess
import sys
import tempfile
import time

ROLES = ["physician", "nurse", "therapist", "researcher", "administrator"]
PASSWORD = "a long pass phrase"
BIRTH = "1980-05-14"
RECORD = {"sex": "f", "weight_kg": 70, "height_cm": 168, "condition": "crps", "baseline_nrs": 7.2, "history": [],
          "allergies": [], "medications": [], "setting": "inpatient",
          "tests": {"alt_u_per_l": {"value": 24, "upper_limit": 40}, "sbp_mmhg": 124, "dbp_mmhg": 78, "hr_per_min": 72,
                    "spo2_pct": 98, "pregnancy": "negative", "ecg": "normal"}}


def code_of(secret, when=None):
    """RFC 6238, written anew: the program's own codes are not asked."""
    key = base64.b32decode(secret)
    step = int((time.time() if when is None else when) // 30)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.getheaders()
        self.text = response.read().decode("utf-8", "replace")
        try:
            self.json = json.loads(self.text)
        except ValueError:
            self.json = None

    def header(self, name):
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[0] if values else None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None


class Person:
    """Somebody with a session, or without."""

    def __init__(self, clinic, name=None):
        self.clinic, self.name, self.cookie, self.csrf = clinic, name, None, None

    def ask(self, method, path, body=None, headers=None, key=True, timeout=30):
        sent = {"Content-Type": "application/json"} if method != "GET" else {}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            sent["X-Respite-CSRF"] = self.csrf
        if key and method != "GET":
            sent["Idempotency-Key"] = secrets.token_hex(16)
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        data = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
        if data is None and method != "GET":
            data = "{}"
        connection = http.client.HTTPConnection("127.0.0.1", self.clinic.port, timeout=timeout)
        try:
            connection.request(method, "/api/v1" + path if path.startswith("/") else path.removeprefix("raw:"),
                               body=data, headers=sent)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)

    def sign_in(self, password=PASSWORD, secret=None):
        first = self.post("/sign-in", {"name": self.name, "password": password}, key=False)
        if first.status != 200:
            return first
        second = self.post("/sign-in/code", {"ticket": first.json["ticket"],
                                             "code": self.clinic.fresh_code(self.name, secret)}, key=False)
        if second.status == 200:
            self.cookie = second.header("Set-Cookie").split(";")[0]
            self.csrf = second.json["csrf"]
        return second


class Clinic:
    def __init__(self, program, options=()):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="respite-api-")
        self.db = str(pathlib.Path(self.folder.name) / "clinic.db")
        subprocess.run([program, "db", "init", "--db", self.db], check=True, stdout=subprocess.DEVNULL)
        self.secrets, self.used, self.options = {}, {}, list(options)
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.process = None

    def user_add(self, name, *roles):
        arguments = [self.program, "user", "add", name, "--db", self.db, "--json"]
        for role in roles:
            arguments += ["--role", role]
        out = subprocess.run(arguments, input=PASSWORD + "\n", text=True, capture_output=True, check=True).stdout
        self.secrets[name] = json.loads(out)["totp_secret"]

    def fresh_code(self, name, secret=None):
        """A code that was not used: one step ahead is accepted too, so that a test seldom waits."""
        used = self.used.get(name, 0)
        while True:
            now = int(time.time() // 30)
            for step in (now, now + 1):
                if step > used:
                    self.used[name] = step
                    return code_of(secret or self.secrets[name], step * 30)
            time.sleep(0.2)

    def start(self):
        self.process = subprocess.Popen([self.program, "serve", "--db", self.db, "--listen", "127.0.0.1:0"] + self.options,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the server did not start: " + self.log_text())
        self.url, self.hl7 = json.loads(line)["url"], json.loads(line).get("hl7")
        self.port = int(self.url.rsplit(":", 1)[1])

    def log_text(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def stop(self):
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process = None
        return code

    def spare(self, role):
        """Name of a new account: a code is good once, and an account has two in half a minute."""
        name = f"spare{len(self.secrets)}"
        self.user_add(name, role)
        return name

    def person(self, name):
        person = Person(self, name)
        answer = person.sign_in()
        assert answer.status == 200, (name, answer.status, answer.text)
        return person

    def everybody(self):
        """An account of each role is made and signed in; the server must run."""
        return {role: self.person(role) for role in ROLES}

    def close(self):
        self.stop()
        self.log.close()
        self.folder.cleanup()


def new_patient(person, family="Muster", **record):
    answer = person.post("/patients", {"identity": {"family_name": family, "given_name": "Anna", "birth_date": BIRTH},
                                       "record": {**RECORD, **record}})
    assert answer.status == 200, answer.text
    return answer.json["patient"]


def run(tests, options=()):
    """Run functions test(clinic, people) as TAP; their docstring is what they promise. Options are more of `respite serve`."""
    os.environ.pop("TZ", None)
    clinic = Clinic(sys.argv[1], options)
    failed = 0
    try:
        for role in ROLES:
            clinic.user_add(role, role)
        clinic.user_add("physician2", "physician")
        clinic.start()
        people = clinic.everybody()
        print(f"1..{len(tests)}", flush=True)
        for number, test in enumerate(tests, 1):
            try:
                test(clinic, people)
                print(f"ok {number} - {test.__doc__}", flush=True)
            except Exception as problem:  # noqa: BLE001: each failure is a line
                failed += 1
                print(f"not ok {number} - {test.__doc__}\n# {type(problem).__name__}: {str(problem)[:800]}", flush=True)
    finally:
        clinic.close()
    sys.exit(failed > 0)
