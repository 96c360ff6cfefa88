#!/usr/bin/env python3
"""Requests that nobody honest sends."""
import http.client
import json
import re
import socket

import clinic

CORPUS = ["' OR '1'='1", "'; DROP TABLE fact; --", "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "<script>alert(1)</script>",
          "=cmd|' /C calc'!A0", "\r\nSet-Cookie: x=y", "%0d%0aX-Evil: 1", "${jndi:ldap://x}", "{{7*7}}", "\u202egnp.exe", "A" * 5000,
          "\x00", "\x1b[31m", "\U0001f600", "NaN", "%s%n%n", "null", "-1", "1e999"]


def raw(c, data, timeout=10):
    """Bytes in, all bytes until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", c.port), timeout=timeout) as connection:
        connection.sendall(data)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except socket.timeout:
            pass
        return answer


def alive(c, people):
    assert people["nurse"].get("/me").status == 200


def csrf_missing(c, people):
    """a change without the session's token, with another one, or by another page is refused"""
    nurse, body = people["nurse"], {"name": "Mus"}
    for headers in ({"X-Respite-CSRF": None}, {"X-Respite-CSRF": "0" * 64}, {"X-Respite-CSRF": people["physician"].csrf}):
        assert nurse.post("/patients/search", body, headers=headers).code == "csrf", headers
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": c.url + ".evil.example"},
                    {"Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert nurse.post("/patients/search", body, headers=headers).code == "csrf", headers
        assert clinic.Person(c).post("/sign-in", {"name": "nurse", "password": "x"}, headers=headers).code == "csrf", headers
    assert nurse.post("/patients/search", body, headers={"Origin": c.url, "Sec-Fetch-Site": "same-origin"}).status == 200
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None):
        assert nurse.post("/patients/search", body, headers={"Content-Type": kind}).status == 415, kind


def other_host(c, people):
    """a name that somebody else points at this machine is not served"""
    for host in ("evil.example", f"evil.example:{c.port}", "127.0.0.1", f"127.0.0.1:{c.port}.evil.example", ""):
        assert people["nurse"].get("/me", headers={"Host": host}).status in (400, 421), host
    assert people["nurse"].get("/me", headers={"Host": f"localhost:{c.port}"}).status == 200


def headers_always(c, people):
    """every answer, good and bad, carries the headers that keep browsers safe"""
    nurse = people["nurse"]
    for answer in (nurse.get("raw:/"), nurse.get("/me"), clinic.Person(c).get("/me"), nurse.get("/nothing"),
                   nurse.post("/patients/search", "{", key=False), nurse.post("/patients", "x" * 300000)):
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("Referrer-Policy") == "no-referrer"
        policy = answer.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.header("Access-Control-Allow-Origin") is None and answer.header("Server") is None


def web_files(c, people):
    """the staff page is given for the addresses it may have, its files by their names, and nothing else is"""
    page = people["nurse"].get("raw:/")
    assert page.status == 200 and page.header("Content-Type") == "text/html; charset=utf-8" and "<script src=" in page.text
    for path in ("/patients", "/patients/0f0f", "/no-such-page", "/patients/"):
        same = clinic.Person(c).get("raw:" + path)
        assert (same.status, same.text, same.header("Cache-Control")) == (200, page.text, "no-store"), path
    script = re.search(r'src="(/assets/[\w.]+\.js)"', page.text).group(1)
    answer = clinic.Person(c).get("raw:" + script)
    assert answer.status == 200 and answer.header("Content-Type") == "text/javascript; charset=utf-8"
    assert "immutable" in answer.header("Cache-Control") and answer.header("X-Content-Type-Options") == "nosniff"
    assert clinic.Person(c).get("raw:" + script, headers={"If-None-Match": answer.header("ETag")}).status == 304
    for path in ("/assets/", "/assets/index.html", "/assets/favicon.svg", "/index.html", "/assets/../" + script, script + "x", script + "/x", "/api",
                 "/api/v1", "/api/x", "/assets", "/fhir/metadata", "/healthz/x", "//", "/Patients", "/%2e%2e", "/patients//x", "/x" * 150):
        assert clinic.Person(c).get("raw:" + path).status in (400, 404), path
    assert people["nurse"].ask("POST", "raw:/patients").status == 404


def bad_bodies(c, people):
    """what is no JSON object, is too large, too deep, or holds a key twice is refused"""
    nurse = people["nurse"]
    for body, status in ((b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b'{"name":"a","name":"b"}', 400), (b"\xff\xfe", 400),
                         (b'{"name":"\xff"}', 400), (b"[" * 100000, 400), (b'{"name":' * 5000, 400),
                         (b'{"identity":{"family_name":"x"},"record":' + b'{"a":' * 12 + b"1" + b"}" * 13, 422),
                         (b'{"name":"\\u0000ab"}', 400), (b'{"name": "' + b"a" * 262144 + b'"}', 413),
                         (b'{"name": 1e400}', 400), (b'{"name": NaN}', 400)):
        path = "/patients" if b"identity" in body else "/patients/search"
        answer = nurse.post(path, body)
        assert answer.status == status and set(answer.json) == {"code", "field", "message"}, (body[:40], answer.status, answer.text[:200])
    assert people["administrator"].ask("GET", "/users", '{"limit": 1}', headers={"Content-Type": "application/json"}).status == 400
    alive(c, people)


def chunked(c, people):
    """a body that does not say how long it is, is cut when it grows too large"""
    head = (f"POST /api/v1/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode()
    small = b'{"name": "nobody", "password": "x"}'
    assert b" 401 " in raw(c, head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(small), small)).split(b"\r\n")[0]
    many = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    assert b" 413 " in raw(c, head + many * 8 + b"0\r\n\r\n").split(b"\r\n")[0]
    alive(c, people)


def smuggling(c, people):
    """two lengths, or a length and chunks, never make two requests of one"""
    inner = f"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\n\r\n"
    for extra in (f"Content-Length: 0\r\nContent-Length: {len(inner)}\r\n", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                  "Content-Length: -1\r\n", "Content-Length: 1e3\r\n", "Transfer-Encoding: chunked, identity\r\n"):
        answer = raw(c, (f"POST /api/v1/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nContent-Type: application/json\r\n"
                         f"{extra}\r\n{inner}").encode(), timeout=2)
        assert b'"openapi"' not in answer and b"HTTP/1.1 2" not in answer, (extra, answer[:200])
    alive(c, people)


def wrong_types(c, people):
    """every field of every route refuses every other type, an unknown name, and an empty body where something is needed"""
    document = clinic.Person(c).get("/openapi.json").json
    admin, physician = people["administrator"], people["physician"]
    patient = clinic.new_patient(physician)
    tried = 0
    for path, item in document["paths"].items():
        operation = item.get("post") or item.get("patch")
        if not operation or "requestBody" not in operation or "sign-in" in path or "/me/" in path or path.endswith("/confirm"):
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        method = "POST" if "post" in item else "PATCH"
        where = "raw:" + re.sub(r"\{\w+\}", "1", path.replace("{patient}", patient).replace("{name}", "nurse"))
        who = next(one for one in (physician, people["nurse"], admin) if one.ask(method, where, {"unknown_field": 1}).status != 403)
        bodies = [{"unknown_field": 1}]
        for name, field in schema["properties"].items():
            wrong = {"string": [1, None, [], {}, True], "number": ["x", None, [], True], "integer": ["1", 1.5, None, []],
                     "object": [1, "x", [], None], "array": [{}, "x", [1], [[]], None]}[field["type"]]
            bodies += [{name: value} for value in wrong]
        if schema["required"]:
            bodies.append({})
        for body in bodies:
            answer = who.ask(method, where, body, headers={"If-Match": '"1-1"'} if method == "PATCH" else None)
            assert answer.status == 422 and answer.code == "invalid", (path, body, answer.status, answer.text[:200])
            tried += 1
        message = who.ask(method, where, bodies[0], headers={"If-Match": '"1-1"'} if method == "PATCH" else None).json["message"]
        assert all(name in message for name in schema["properties"]), (path, message)
    assert tried > 80, tried
    for query in ("?limit=0", "?limit=201", "?limit=x", "?limit=1.5", "?limit=1&limit=2", "?sort=password", "?sort=at;drop", "?x=1",
                  "?after=-1", "?limit=", "?limit"):
        assert admin.get("/users" + query).status in (400, 422), query


def corpus(c, people):
    """SQL, paths, scripts, formulas and control characters are refused or come back as they were, and never run"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)
    kept = 0
    for text in CORPUS:
        identity = {"family_name": text}
        answer = nurse.post("/patients", {"identity": identity, "record": {"allergies": [text]}})
        assert answer.status in (200, 422, 400), (text, answer.text)
        if answer.status == 200:
            kept += 1
            read = nurse.get("/patients/" + answer.json["patient"])
            assert read.json["identity"] == identity and read.json["record"]["allergies"] == [text], text
            assert "application/json" == read.header("Content-Type") and read.header("X-Evil") is None
        note = nurse.post(f"/patients/{patient}/diary", {"date": "2026-01-01", "pain_nrs": 1, "note": text})
        assert note.status in (200, 422, 400), (text, note.text)
        assert nurse.post("/patients/search", {"name": text}).status in (200, 400, 422)
        assert people["physician"].post(f"/patients/{patient}/plan", {"protocol": text}).status in (400, 403, 422)
    assert kept >= 8, kept
    alive(c, people)


def long_words(c, people):
    """a sentence that quotes a long foreign word, cut anywhere, is still an answer"""
    for shift in range(5):
        word = "a" * shift + "ä€😀" * 40
        for record in ({word[:60]: 1}, {"condition": word}, {"tests": {word[:60]: 1}}, {"history": [word]}):
            answer = people["nurse"].post("/patients", {"identity": {"family_name": "x"}, "record": record})
            assert answer.status == 422 and answer.json["message"], (record, answer.text)


def paths(c, people):
    """an address outside the table is 404 or 400, whatever it looks like, and its method 405"""
    nurse = people["nurse"]
    for path in ("/../etc/passwd", "/..%2f..%2fetc/passwd", "/patients/..", "/patients/%00", "/patients/'%20OR%201=1--", "//me", "/me/",
                 "/ME", "/patients/" + "a" * 200, "/patients/" + "0" * 31 + "g", "/users/../audit", "/%2e%2e/", "/patients/search/x"):
        answer = nurse.ask("GET", "raw:/api/v1" + path)
        assert answer.status in (400, 404, 405, 422), (path, answer.status)
        assert "root:" not in answer.text
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "FOO"):
        assert nurse.ask(method, "/me").status in (403, 404, 405, 501), method
    assert nurse.ask("HEAD", "raw:/healthz").status in (200, 405)


def two_readings(c, people):
    """an address that two programs would read as two is refused: a zero byte, a separator that is written as none"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)
    for path in ("/healthz%00zzz", "/healthz%00", "/%00", "/api%2fv1/me", "/api/v1%2Fme", "/api/v1/me%00", "/api/v1/patients%2F" + patient,
                 "/api/v1/patients/" + patient + "%2fdiary", "/api/v1/patients/" + patient + "%00/diary", "/api%5cv1%5Cme",
                 "/api/v1/patients/" + patient + "/diary?limit=5%00x", "/api/v1/patients/" + patient + "/diary?li%00mit=5"):
        answer = nurse.ask("GET", "raw:" + path)
        assert (answer.status, answer.code) == (400, "malformed"), (path, answer.status, answer.text)
    assert nurse.get("raw:/h%65althz").status == 200
    assert nurse.get(f"/patients/{patient}/diary?sort=%2fat").status == 422


def header_injection(c, people):
    """nothing that a client sends comes back in a header, and a line break in a header is refused"""
    nurse = people["nurse"]
    answer = nurse.post("/patients", {"identity": {"family_name": "Kopf"}}, headers={"Idempotency-Key": "x" * 20 + "%0d%0aX-Evil:1"})
    assert answer.status == 200 and answer.header("X-Evil") is None and "X-Evil" not in str(answer.headers)
    for value in ("é" * 10, "a b" * 10, "x" * 101):
        assert nurse.post("/patients", {"identity": {"family_name": "Kopf"}},
                          headers={"Idempotency-Key": value.encode("latin-1", "ignore")}).code == "idempotency_key_needed", value
    answer = raw(c, (f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nX: a\rSet-Cookie: b\r\nConnection: close\r\n\r\n").encode(), 3)
    assert b"\r\nSet-Cookie" not in answer
    long = raw(c, (f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nX: {'a' * 70000}\r\n\r\n").encode(), 3)
    assert b" 200 " not in long.split(b"\r\n")[0]
    alive(c, people)


def log_lines(c, people):
    """each line of the log is one JSON object, whatever was sent"""
    clinic.Person(c).get("raw:/%0a%7b%22event%22:%22forged%22%7d")
    clinic.Person(c).post("/sign-in", {"name": "x\n{\"event\":\"forged\"}", "password": "y"})
    lines = c.log_text().splitlines()
    assert len(lines) > 20
    for line in lines:
        entry = json.loads(line)
        assert entry["event"] in ("request",), line
        assert set(entry) <= {"event", "request", "method", "route", "status", "ms", "address", "account", "code", "at"}, line
    assert "forged" not in "".join(lines)


def one_connection(c, people):
    """requests sent in one go over one connection are answered in their order"""
    connection = http.client.HTTPConnection("127.0.0.1", c.port, timeout=10)
    for _ in range(3):
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert response.status == 200 and json.loads(response.read()) == {"status": "ok"}
    connection.close()
    one = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\n\r\n"
    last = f"GET /nothing.txt HTTP/1.1\r\nHost: 127.0.0.1:{c.port}\r\nConnection: close\r\n\r\n"
    answer = raw(c, (one * 5 + last).encode())
    assert answer.count(b"HTTP/1.1 200") == 5 and answer.count(b"HTTP/1.1 404") == 1, answer
    assert answer.rindex(b"HTTP/1.1 200") < answer.index(b"HTTP/1.1 404")


clinic.run([csrf_missing, other_host, headers_always, web_files, bad_bodies, chunked, smuggling, wrong_types, corpus, long_words, paths, two_readings,
            header_injection,
            log_lines, one_connection])
