#!/usr/bin/env python3
"""Chairs, visits, the day and the register over HTTP."""
import concurrent.futures
import csv as csv_module
import datetime
import io
import os
import sys

import clinic


def ahead(days, clock="09:00"):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat() + "T" + clock


def visit(start, chair="A", minutes=60, **more):
    return {"start": [start] if isinstance(start, str) else start, "chair": [chair], "minutes": minutes, **more}


def open_chairs(c, people):
    """an administrator opens chairs, closes one with a reason, and hears how many visits are booked on it"""
    admin = people["administrator"]
    for name in "AB":
        assert admin.post("/chairs", {"name": name, "state": "open"}).json == {"name": name, "open": True, "booked": 0}
    assert admin.post("/chairs", {"name": "B", "state": "closed"}).json["field"] == "why"
    for name in (" C", "C\u00a0"):
        assert admin.post("/chairs", {"name": name, "state": "open"}).status == 422
    assert admin.post("/chairs", {"name": "Bay 1", "state": "open"}).status == 200
    for name in ("bay 1", "Bay\u00a01", "Bay  1"):
        like = admin.post("/chairs", {"name": name, "state": "open"})
        assert (like.status, like.code) == (409, "conflict") and "'Bay 1'" in like.json["message"], like.text
    assert admin.post("/chairs", {"name": "C", "state": "closed"}).code == "not_found"
    patient = clinic.new_patient(people["nurse"])
    assert people["nurse"].post(f"/patients/{patient}/appointments", visit(ahead(30), "B")).status == 200
    assert admin.post("/chairs", {"name": "B", "state": "closed", "why": "painters"}).json["booked"] == 1
    refused = people["nurse"].post(f"/patients/{patient}/appointments", visit(ahead(31), "B"))
    assert (refused.status, refused.code, refused.json["field"]) == (409, "conflict", "chair"), refused.text
    assert admin.post("/chairs", {"name": "B", "state": "open", "why": "painted"}).status == 200


def one_of_many(c, people):
    """of sixteen who book the same chair at the same moment one gets it, and the others are told why"""
    nurse = people["nurse"]
    patients = [clinic.new_patient(nurse) for _ in range(16)]
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda p: nurse.post(f"/patients/{p}/appointments", visit(ahead(3))), patients))
    assert sorted(a.status for a in answers) == [200] + [409] * 15, [a.status for a in answers]
    assert all("chair A is taken from" in a.json["message"] for a in answers if a.status == 409)


def booked_once(c, people):
    """a booking that is sent again with its key is one booking, and a series is whole"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)
    body = visit([ahead(n) for n in range(5, 65)], minutes=45)
    key = {"Idempotency-Key": "0123456789abcdef-series"}
    first, again = (nurse.post(f"/patients/{patient}/appointments", body, headers=key) for _ in range(2))
    assert first.status == again.status == 200 and first.json == again.json and len(first.json["appointments"]) == 60
    assert nurse.get(f"/patients/{patient}/appointments?limit=200").json["appointments"][59]["visit"] == 60
    assert nurse.post(f"/patients/{patient}/appointments", visit([ahead(n) for n in range(70, 131)])).status == 422


def clocks(c, people):
    """in Zurich an hour of March is refused and one of October is asked back with both ways to write it"""
    os.environ["TZ"] = "Europe/Zurich"
    zurich = clinic.Clinic(sys.argv[1])
    try:
        for role in ("nurse", "administrator"):
            zurich.user_add(role, role)
        zurich.start()
        nurse, admin = zurich.person("nurse"), zurich.person("administrator")
        admin.post("/chairs", {"name": "A", "state": "open"})
        patient = clinic.new_patient(nurse)
        year = datetime.date.today().year + 1
        sunday = lambda month: max(d for d in range(25, 32) if datetime.date(year, month, d).weekday() == 6)
        spring, autumn = (f"{year}-{m:02}-{sunday(m):02}T02:30" for m in (3, 10))
        refused = nurse.post(f"/patients/{patient}/appointments", visit(spring))
        assert refused.status == 422 and "does not exist" in refused.json["message"], refused.text
        asked = nurse.post(f"/patients/{patient}/appointments", visit(autumn))
        assert asked.status == 422 and autumn + "+02:00" in asked.json["message"] and autumn + "+01:00" in asked.json["message"]
        assert nurse.post(f"/patients/{patient}/appointments", visit(autumn + "+02:00")).status == 200
        listed = nurse.get(f"/appointments?from={autumn[:10]}&to={autumn[:10]}").json
        assert listed["zone"] == "Europe/Zurich" and listed["appointments"][0]["start"] == autumn
        assert listed["appointments"][0]["end"] == autumn, listed  # an hour later it is 02:30 again
    finally:
        del os.environ["TZ"]
        zurich.close()


def busy(c, people):
    """visits of others are taken chairs: no number, no name, no text; nor in the log or the address"""
    physician, nurse = people["physician"], people["nurse"]
    patient = clinic.new_patient(physician, family="Geheim")
    assert physician.post(f"/patients/{patient}/appointments", visit(ahead(90), notes="fears needles", escort="Otto Geheim")).status == 200
    day = ahead(90)[:10]
    seen = nurse.get(f"/appointments?from={day}&to={day}").text
    assert patient not in seen and "Geheim" not in seen and "needles" not in seen and '"own":false' in seen
    assert nurse.get(f"/appointments?from={day}&to={ahead(200)[:10]}").status == 422
    for end in ("", "-wal"):
        raw = open(c.db + end, "rb").read()
        assert b"needles" not in raw and b"Otto" not in raw
    assert "Geheim" not in c.log_text()


def register_texts(c, people):
    """what happened is sealed, comes back as it was typed, and goes into a CSV as a text"""
    physician = people["physician"]
    for text in ("<script>alert(1)</script>", "'; DROP TABLE fact; --", "=cmd|' /C calc'!A0", "+41 00", "-2+3", "@SUM(1)", "ümläut \"quoted\", comma"):
        made = physician.post("/register", {"kind": "near_miss", "word": "label", "severity": "none", "what_happened": text})
        assert made.status == 200, made.text
        read = physician.get(f"/register/{made.json['entry']}").json
        assert read["entry"]["what_happened"] == text and "person" not in read["entry"]
    raw = open(c.db, "rb").read() + open(c.db + "-wal", "rb").read()
    assert b"alert(1)" not in raw and b"DROP TABLE fact; --" not in raw
    csv = physician.get("/register/export").json["csv"]
    for row in csv_module.reader(io.StringIO(csv, newline="")):
        assert not [cell for cell in row if cell[:1] in "=+-@" and cell], row
    assert "\"'=cmd|" in csv and "\"'+41" in csv and "\"'-2+3\"" in csv and "\"'@SUM" in csv


def day_and_words(c, people):
    """the day is told by the server's clock, and every word of the register has a text and a kind"""
    day = people["therapist"].get("/today").json
    assert day["day"] == datetime.date.today().isoformat() and {chair["name"] for chair in day["chairs"]} >= {"A", "B"}
    words = people["therapist"].get("/register/words").json
    assert {w["kind"] for w in words["words"]} == {"adverse_event", "near_miss"} and all(w["text"] for w in words["words"])
    assert [s["word"] for s in words["severities"]] == ["none", "mild", "moderate", "severe", "death"]


clinic.run([open_chairs, one_of_many, booked_once, clocks, busy, register_texts, day_and_words])
