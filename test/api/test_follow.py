#!/usr/bin/env python3
"""Assessment form and drafts, scores and what they raise, timeline and progress, over HTTP."""
import datetime

import clinic

DONE = "Spoke with Íde, no plan, Dr. Grünspan of psychiatry told"
TODAY = datetime.date.today()


def back(days):
    return (TODAY - datetime.timedelta(days=days)).isoformat()


def shared(people, **more):
    patient = clinic.new_patient(people["physician"], **more)
    for name in ("nurse", "therapist"):
        assert people["physician"].post(f"/patients/{patient}/care", {"name": name}).status == 200
    return patient


def form(c, people):
    """the form says of every number what is impossible, in both languages alike, and refuses a third"""
    english = people["therapist"].get("/record-form").json
    german = people["therapist"].get("/record-form?language=de").json
    flat = [[f for s in given["sections"] for f in s["fields"]] for given in (english, german)]
    assert [f["key"] for f in flat[0]] == [f["key"] for f in flat[1]]
    assert [f["label"] for f in flat[0]] != [f["label"] for f in flat[1]]
    for field in flat[0]:
        if field["type"] == "number":
            bound = field["impossible"]
            assert bound["low"] < bound["high"] and bound["source"], field
            doubt = field.get("implausible", {"below": None, "above": None})
            assert doubt["below"] is None or bound["low"] <= doubt["below"], field
            assert doubt["above"] is None or doubt["above"] <= bound["high"], field
            assert all(flag["source"] and flag["rule"] for flag in field["flags"])
    assert people["therapist"].get("/record-form?language=fr").status == 422
    # what the form calls impossible is what the record refuses, to the number
    patient = clinic.new_patient(people["nurse"])
    for field in flat[0]:
        if field["type"] != "number" or field["at"] not in ("record", "tests", "goals"):
            continue
        for value, status in ((field["impossible"]["low"], 200), (field["impossible"]["high"], 200), (field["impossible"]["high"] * 1.01 + 1, 422)):
            record = {field["key"]: value} if field["at"] == "record" else {field["at"]: {field["key"]: value}}
            answer = people["nurse"].post(f"/patients/{patient}/assessments/preview", {"record": record})
            assert answer.status == status, (field["key"], value, answer.text)


def drafts(c, people):
    """a draft is judged with its sources and not kept; what the reader refuses is refused with the field"""
    patient = shared(people)
    before = people["nurse"].get(f"/patients/{patient}")
    judged = people["nurse"].post(f"/patients/{patient}/assessments/preview", {"record": {"history": ["active_psychosis"]}})
    assert judged.json["status"] == "not_a_candidate", judged.text
    assert all(f["source"] and f["gate"] and f["facts"] is not None for f in judged.json["findings"])
    assert people["nurse"].get(f"/patients/{patient}").json == before.json
    swapped = people["nurse"].post(f"/patients/{patient}/assessments/preview", {"record": {"tests": {"sbp_mmhg": 70, "dbp_mmhg": 120}}})
    assert (swapped.status, swapped.code) == (422, "invalid") and "swapped" in swapped.json["message"], swapped.text


def item_9(c, people):
    """item 9 stays open until a physician answers, once; what was done is sealed in the file"""
    patient = shared(people)
    kept = people["therapist"].post(f"/patients/{patient}/scores", {"instrument": "phq9", "answers": {**{str(i): 0 for i in range(1, 9)}, "9": 3}})
    assert kept.status == 200, kept.text
    finding = kept.json["findings"][0]
    mine = [f for f in people["physician"].get("/findings").json["findings"] if f["patient"] == patient]
    assert [f["number"] for f in mine] == [finding] and mine[0]["family_name"]
    where = f"/patients/{patient}/findings/{finding}/answer"
    assert people["nurse"].post(where, {"done": DONE}).status == 403
    assert people["physician"].post(where, {"done": "short"}).status == 422
    assert people["physician"].post(where, {"done": DONE}).status == 200
    assert people["physician"].post(where, {"done": DONE}).status == 409
    assert not [f for f in people["physician"].get("/findings").json["findings"] if f["patient"] == patient]
    for end in ("", "-wal"):
        assert DONE.encode() not in open(c.db + end, "rb").read()
    assert people["therapist"].get(f"/patients/{patient}/assessments").status == 200
    plan = people["nurse"].post(f"/patients/{patient}/assessments", {}).json
    rules = {f["rule"] for f in people["nurse"].get(f"/patients/{patient}/assessments?limit=200").json["assessments"][-1]["findings"]}
    assert "SUICIDE-PHQ9" in rules, (plan, rules)


def hostile_scores(c, people):
    """answers that are no answers are refused with a sentence, and nothing is kept"""
    patient = shared(people)
    many = {str(i): 1 for i in range(1, 200)}
    for body in ({"instrument": "phq9", "answers": {"10": 1}}, {"instrument": "phq9", "answers": {"1; DROP": 1}}, {"instrument": "phq9", "answers": {"1": "0"}},
                 {"instrument": "phq9", "answers": {"1": 1e308}}, {"instrument": "phq9", "answers": many}, {"instrument": "phq9", "answers": []},
                 {"instrument": "<script>", "answers": {"1": 1}}, {"instrument": "moca", "total": 31}, {"instrument": "moca", "total": True},
                 {"instrument": "nrs", "answers": {"1": 3}, "date": (TODAY + datetime.timedelta(days=2)).isoformat()}, {"answers": {"1": 3}}):
        answer = people["nurse"].post(f"/patients/{patient}/scores", body)
        assert answer.status == 422 and answer.json["message"], (body, answer.status, answer.text)
    assert people["nurse"].get(f"/patients/{patient}/scores").json["scores"] == []


def over_time(c, people):
    """timeline and progress answer whoever cares, and say so when nothing is known"""
    patient = shared(people, infusions=[{"start": back(60), "dose": "0.5 mg/kg ketamine iv over 40 min every 48 h x5"}])
    empty = people["therapist"].get(f"/patients/{patient}/progress").json
    assert empty["working"]["code"] == "no_diary" and empty["band"] is None, empty
    assert empty["safe"]["exposure"] == [{"drug": "ketamine", "n_dose": 5, "n_slip": 0, "total_mg": 175.0, "later_weight": True}], empty["safe"]["exposure"]
    for days in range(1, 30):
        assert people["nurse"].post(f"/patients/{patient}/diary", {"date": back(days), "pain_nrs": 5, "recall": "worst_24h"}).status == 200
    timeline = people["therapist"].get(f"/patients/{patient}/timeline?from={back(10)}").json
    assert timeline["diary"]["n"] == 29 and timeline["diary"]["n_window"] == 10
    assert {p["recall"] for p in timeline["diary"]["points"]} == {"worst_24h"}
    assert people["therapist"].get(f"/patients/{patient}/timeline?from=2026-02-31").status == 422
    assert people["therapist"].get(f"/patients/{patient}/timeline?points=1").status == 422
    # the worst of a day is no score that a model of mean pain may learn from
    assert people["therapist"].get(f"/patients/{patient}/progress").json["working"]["code"] == "other_scores"


clinic.run([form, drafts, item_9, hostile_scores, over_time])
