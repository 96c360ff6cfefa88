#!/usr/bin/env python3
"""Patients, versions, idempotency, care and broken glass, assessment, plan, diary, research."""
import concurrent.futures
import json
import secrets
import subprocess
import tempfile

import clinic

IDENTITY = {"family_name": "Grünwald-Süß", "given_name": "Íde", "birth_date": "1971-02-03", "record_number": "K-4711",
            "phone": "+41 00 000 00 00"}


def round_trip(c, people):
    """what is entered is read back, values without a day get that of their entry, and nothing identifying lies open"""
    nurse = people["nurse"]
    made = nurse.post("/patients", {"identity": IDENTITY, "record": clinic.RECORD})
    assert made.status == 200, made.text
    read = nurse.get("/patients/" + made.json["patient"])
    assert read.json["identity"] == IDENTITY
    today = read.json["record"]["weight"]["date"]
    assert read.json["record"]["weight"]["value_kg"] == 70 and "weight_kg" not in read.json["record"]
    assert read.json["record"]["tests"]["sbp_mmhg"] == {"value": 124, "date": today}
    assert read.json["record"]["tests"]["pregnancy"] == {"value": "negative", "date": today}
    assert read.header("ETag") == made.header("ETag") == '"' + made.json["version"] + '"'
    found = nurse.post("/patients/search", {"name": "k-4711"})
    assert [p["patient"] for p in found.json["patients"]] == [made.json["patient"]] and found.json["patients"][0]["own"]
    for end in ("", "-wal"):
        raw = open(c.db + end, "rb").read()
        assert not [v for v in IDENTITY.values() if v.encode() in raw]
    assert not [v for v in IDENTITY.values() if len(v) > 3 and v in c.log_text()]


def amend(c, people):
    """a change needs the version that was read; who comes second is told, and old versions stay readable"""
    nurse = people["nurse"]
    patient = clinic.new_patient(nurse)
    version = nurse.get("/patients/" + patient).header("ETag")
    path, body = "/patients/" + patient, {"record": {"weight_kg": 72.5, "height_cm": None}, "why": "weighed again"}
    assert nurse.ask("PATCH", path, body).status == 428
    assert nurse.ask("PATCH", path, body, headers={"If-Match": "*"}).status == 400
    assert nurse.ask("PATCH", path, {"record": {"weight_kg": 60}}, headers={"If-Match": version}).json["field"] == "why"
    first = nurse.ask("PATCH", path, body, headers={"If-Match": version})
    assert first.status == 200, first.text
    second = nurse.ask("PATCH", path, {"record": {"weight_kg": 90}, "why": "slip"}, headers={"If-Match": version})
    assert (second.status, second.code) == (412, "version_changed")
    record = nurse.get(path).json["record"]
    assert record["weight"]["value_kg"] == 72.5 and "height_cm" not in record and record["condition"] == "crps"
    versions = nurse.get(path + "/history").json["versions"]
    assert [v["record"]["weight"]["value_kg"] for v in versions] == [70, 72.5]
    assert versions[1]["why"] == "weighed again" and versions[1]["who"] == "nurse"


def refused_records(c, people):
    """what the reader of patient files refuses is refused here with its sentence, and nothing is kept"""
    nurse = people["nurse"]
    for record, field in (({"weight_kg": 7}, "weight"), ({"weight_kg": "70 kg"}, "weight"), ({"wieght_kg": 70}, "wieght_kg"),
                          ({"condition": "crsp"}, "condition"), ({"history": ["flying"]}, "history"), ({"age_y": 40}, "age_y"),
                          ({"id": "x"}, "id"), ({"birth_date": "1980-01-01"}, "birth_date"), ({"baseline_nrs": 11}, "nrs"),
                          ({"history": [None]}, "record"), ({"allergies": [True]}, "record"),
                          ({"tests": {"sbp_mmhg": {"value": 120, "date": "2126-01-01"}}}, "sbp_mmhg"),
                          ({"infusions": [{"start": "2026-01-01", "dose": "222 mg ketoprofen iv"}]}, "dose")):
        answer = nurse.post("/patients", {"identity": {"family_name": "Nix"}, "record": record})
        assert (answer.status, answer.code) == (422, "invalid"), (record, answer.text)
        assert field in answer.text, (record, answer.text)
    assert nurse.post("/patients", {"identity": {"given_name": "Nix"}}).status == 422
    assert nurse.post("/patients", {"identity": {"family_name": "Nix", "birth_date": "2126-01-01"}}).status == 422
    assert nurse.post("/patients/search", {"name": "Nix"}).json["patients"] == []
    assert nurse.post("/patients/search", {}).status == 422


def idempotency(c, people):
    """a write needs a key; the same key again is answered alike and done once, also ten at a time"""
    nurse = people["nurse"]
    body = {"identity": {"family_name": "Einmalig"}}
    assert nurse.post("/patients", body, key=False).code == "idempotency_key_needed"
    assert nurse.post("/patients", body, headers={"Idempotency-Key": "short"}).code == "idempotency_key_needed"
    key = {"Idempotency-Key": secrets.token_hex(16)}
    with concurrent.futures.ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: nurse.post("/patients", body, headers=key), range(10)))
    assert [a.status for a in answers] == [200] * 10, [a.text for a in answers]
    assert len({a.json["patient"] for a in answers}) == 1
    assert {a.header("ETag") for a in answers} == {'"' + answers[0].json["version"] + '"'}, "an answer given again has its version"
    assert sum(a.header("Idempotent-Replayed") == "true" for a in answers) == 9
    assert len(nurse.post("/patients/search", {"name": "Einmalig"}).json["patients"]) == 1
    assert nurse.post("/patients", {"identity": {"family_name": "Anders"}}, headers=key).code == "idempotency_key_reused"
    other = people["physician"].post("/patients", body, headers=key)
    assert other.status == 200 and other.json["patient"] != answers[0].json["patient"]


def glass(c, people):
    """glass is broken with a reason, for an hour, by physician and nurse, and is not care"""
    patient = clinic.new_patient(c.person("physician2"))
    nurse, path = people["nurse"], "/patients/" + patient
    assert nurse.get(path).code == "break_glass_needed"
    found = nurse.post("/patients/search", {"name": "Muster"}).json["patients"]
    assert [p["own"] for p in found if p["patient"] == patient] == [False]
    assert nurse.post(path + "/break-glass", {"reason": "no"}).status == 422
    assert nurse.post(path + "/break-glass", {"reason": "unconscious in the corridor"}).status == 200
    assert nurse.get(path).status == 200
    assert people["physician"].get(path).code == "break_glass_needed"
    assert nurse.post(path + "/care", {"name": "nurse"}).code == "forbidden"
    assert nurse.post(path + "/care", {"name": "therapist"}).code == "forbidden"
    kinds = [(f["kind"], f["who"]) for f in people["administrator"].get("/audit?limit=50").json["facts"] if f.get("person") == patient]
    assert ("break_glass", "nurse") in kinds
    assert people["nurse"].post("/patients/" + "0" * 32 + "/break-glass", {"reason": "unconscious in the corridor"}).status == 404


def care(c, people):
    """who cares adds a colleague; an administrator or a stranger cannot be one"""
    patient = clinic.new_patient(people["physician"])
    path = f"/patients/{patient}"
    assert people["physician"].post(path + "/care", {"name": "administrator"}).status == 404
    assert people["physician"].post(path + "/care", {"name": "nobody"}).status == 404
    assert people["physician"].post(path + "/care", {"name": "therapist"}).status == 200
    assert people["therapist"].get(path).json["cared_for_by"] == ["physician", "therapist"]
    assert people["therapist"].get("/patients/" + "f" * 32).status == 404


def assessment(c, people):
    """findings are kept with rule, version and source; a later change leaves the old ones as they were"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    path = f"/patients/{patient}"
    assert physician.post(path + "/assessments").json["status"] == "candidate"
    version = physician.get(path).header("ETag")
    change = {"record": {"history": ["active_psychosis"]}, "why": "told today"}
    assert physician.ask("PATCH", path, change, headers={"If-Match": version}).status == 200
    assert physician.post(path + "/assessments").json["status"] == "not_a_candidate"
    old, new = physician.get(path + "/assessments").json["assessments"]
    assert (old["status"], new["status"]) == ("candidate", "not_a_candidate")
    assert len(old["findings"]) == old["n_finding"] and len(new["findings"]) == new["n_finding"]
    assert "block" not in {f["severity"] for f in old["findings"]} and "block" in {f["severity"] for f in new["findings"]}
    assert all(f["rule"] and f["rule_version"] >= 1 for f in new["findings"]) and old["clinical"] < new["clinical"]


def plan_as_the_command_line(c, people):
    """the plan is that of `respite plan --json` for the same facts"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    served = physician.post(f"/patients/{patient}/plan", {"subjects": 50, "seed": 7}).json
    today = physician.get(f"/patients/{patient}").json["record"]["weight"]["date"]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump({**clinic.RECORD, "id": patient, "birth_date": clinic.BIRTH}, file)
        file.flush()
        out = subprocess.run([c.program, "plan", file.name, "--json", "--subjects", "50", "--seed", "7", "--today", today],
                             capture_output=True, text=True, check=False).stdout
    assert served.pop("learning")["learned"] is False  # there is no diary to learn from
    assert served == json.loads(out)
    refused = physician.post(f"/patients/{patient}/plan", {"dose": ["222 mg/h esketamine iv for 100 h"]})
    assert refused.status == 422 and "ten-fold" in refused.text, refused.text
    assert physician.post(f"/patients/{patient}/plan", {"dose": ["0,5 mg ketamine iv"]}).status == 422
    assert physician.post(f"/patients/{patient}/plan", {"start": "2001-01-01"}).json["field"] == "start"


def plans_superseded(c, people):
    """who asks anew under the same name gets the new plan, and the old request an end"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    name = {"X-Respite-Request": "planner-1"}

    def plan(seed):
        return physician.post(f"/patients/{patient}/plan", {"subjects": 2000, "seed": seed}, headers=name)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(plan, range(8)))
    assert {a.status for a in answers} <= {200, 409, 503}, [a.text[:200] for a in answers]
    assert any(a.status == 200 for a in answers)
    assert all(a.code == "superseded" for a in answers if a.status == 409)
    assert plan(1).status == 200


def diary(c, people):
    """diary entries are sorted and paged; their notes are not readable in the file"""
    physician = people["physician"]
    patient = clinic.new_patient(physician)
    path = f"/patients/{patient}/diary"
    for day in (3, 1, 2):
        note = {"note": "geheime Notiz"} if day == 1 else {}
        assert physician.post(path, {"date": f"2026-01-0{day}", "time": "20:05", "pain_nrs": day, **note}).status == 200
    assert [e["pain_nrs"] for e in physician.get(path).json["entries"]] == [1, 2, 3]
    assert [e["pain_nrs"] for e in physician.get(path + "?sort=-at&limit=2").json["entries"]] == [3, 2]
    page = physician.get(path + "?limit=2").json
    assert [e["pain_nrs"] for e in physician.get(f"{path}?limit=2&after={page['next']}").json["entries"]] == [3]
    for body in ({"date": "2126-01-01", "pain_nrs": 1}, {"date": "2026-01-01", "pain_nrs": 11}, {"date": "2026-01-01"},
                 {"date": "2026-02-30", "pain_nrs": 1}, {"date": "2026-01-01", "time": "25:00", "pain_nrs": 1}):
        assert physician.post(path, body).status == 422, body
    assert not [end for end in ("", "-wal") if "geheime Notiz".encode() in open(c.db + end, "rb").read()]


def research(c, people):
    """a researcher sees no name, no date, no number of the clinic, and days instead"""
    physician = people["physician"]
    patient = clinic.new_patient(physician, family="Zzyzx", allergies=["Dr. Zzyzx knows"], medications=["zzyzxin"])
    physician.post(f"/patients/{patient}/diary", {"date": "2026-01-02", "pain_nrs": 4, "note": "zzyzx"})
    subjects, after = [], ""
    while True:
        page = people["researcher"].get("/research/patients?limit=5" + after)
        assert page.status == 200, page.text
        assert "zzyzx" not in page.text.lower() and patient not in page.text and clinic.BIRTH not in page.text
        assert "2026-" not in page.text, page.text
        subjects += page.json["subjects"]
        if page.json["next"] is None:
            break
        after = f"&after={page.json['next']}"
    assert subjects and {"subject", "sex", "condition", "diary"} <= set(subjects[-1])


clinic.run([round_trip, amend, refused_records, idempotency, glass, care, assessment, plan_as_the_command_line,
            plans_superseded, diary, research])
