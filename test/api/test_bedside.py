#!/usr/bin/env python3
"""The session at the bedside: what may happen when, what was given, what is expected of it, and what an event would bring."""
import clinic
import test_orders as ordering

def ready(c, people, **plan):
    """A patient with an order of today whose vials were issued; the path of the session, and the order."""
    ordering.ready(c, people)
    patient = ordering.patient_of_both(people)
    number = ordering.plan(people, patient, **plan)
    order = ordering.signed_by_two(people, patient, plan=number, **ordering.TEN, **ordering.SALINE)
    lot = ordering.receive(people, f"B-{patient[:8]}", vials=30, **ordering.TEN)
    vials = people["nurse"].get(f"/patients/{patient}/orders/{order}").json["vials"]
    ordering.enter(people, "issue", {"lot": lot, "vials": vials, "order": order})
    return f"/patients/{patient}/orders/{order}/bedside", people["nurse"].get(f"/patients/{patient}/orders/{order}").json


def session(person, path):
    answer = person.get(path)
    assert answer.status == 200, answer.text
    return answer.json["session"]


def say(person, path, event, **more):
    return person.post(path, {"event": event, **more})


def said(person, path, event, **more):
    answer = say(person, path, event, **more)
    assert answer.status == 200, (event, answer.text)
    return answer.json["event"]


def may_begin(c, people):
    """a session begins only with two signatures, signed limits, consent and a vial from the cupboard"""
    nurse = people["nurse"]
    ordering.ready(c, people)
    patient = ordering.patient_of_both(people)
    number = ordering.plan(people, patient)
    order = ordering.written(people, patient, plan=number, **ordering.TEN, **ordering.SALINE)
    path = f"/patients/{patient}/orders/{order}/bedside"
    assert session(nurse, path)["state"] == "ordered"
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=20), "invalid", "check")
    assert ordering.sign(people, patient, order).status == 200
    assert ordering.read_back(people, patient, order).status == 200
    assert session(nurse, path)["state"] == "checked"
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=20), "gate_closed", "no vial was issued")
    ordering.refused(say(nurse, path, "given", amount_mg=5), "gate_closed", "no vial was issued")
    assert session(nurse, path)["events"] == [], "a refused event leaves nothing"


def what_may_follow(c, people):
    """what the state does not allow is refused with a sentence and leaves nothing; nobody runs above order or limit unasked"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    rate = order["rate_ml_per_h"]
    for event in ("paused", "resumed", "stopped", "recovering", "discharged", "checked", "sung"):
        assert say(nurse, path, event).status == 422, event
    ordering.refused(say(nurse, path, "started"), "invalid", "number above zero")
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=2 * rate), "gate_closed", "ordered")
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=2000, why="asked for"), "gate_closed", "limit")
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=rate, at="2126-01-01T09:00"), "invalid", "future")
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=rate, at="2026-01-01T09:00"), "invalid", "check")
    assert session(nurse, path)["events"] == [] and session(nurse, path)["state"] == "checked"
    started = said(nurse, path, "started", rate_ml_per_h=rate)
    assert say(nurse, path, "started", rate_ml_per_h=rate).status == 422
    ordering.refused(say(nurse, path, "undone", replaces=started), "invalid", "why")
    ordering.refused(say(nurse, path, "undone", replaces=started + 1000, why="a slip of the hand"), "invalid", "event")
    assert {"paused", "rate", "stopped"} <= set(session(nurse, path)["possible"])
    assert people["therapist"].post(path, {"event": "paused"}).status == 403


def as_planned(c, people):
    """given as it was planned, the hours that are expected are those of `respite plan` for the same doses"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    patient = path.split("/")[2]
    rate, hours = order["rate_ml_per_h"], order["document"]["steps"][0]["duration_h"]
    said(nurse, path, "started", rate_ml_per_h=rate)
    told = nurse.get(path).json["forecast"]
    dose = f"{rate} mg/h ketamine iv for {order['total_mg'] / rate:.9f} h"
    planned = people["physician"].post(f"/patients/{patient}/plans/preview", {"regimens": {"a": {"dose": [dose]}}, "subjects": 500, "seed": 1})
    assert planned.status == 200 and hours > 0, planned.text
    for curve in ("level", "dissociation", "sbp_rise"):
        mine, theirs = told[curve], planned.json["regimens"]["a"][curve]
        assert (mine is None) == (theirs is None), curve
        if mine:
            assert max(abs(a - b) for a, b in zip(mine["p50"], theirs["p50"])) <= 0.02 * max(theirs["p50"]), curve


def ward(c, people):
    """the ward shows the sessions under way of those in one's care, and who went home is off it"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    patient = path.split("/")[2]
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    mine = [s for s in nurse.get("/ward").json["sessions"] if s["number"] == order["number"]]
    assert len(mine) == 1 and mine[0]["patient"] == patient and mine[0]["family_name"] == "Muster", mine
    assert all(s["number"] != order["number"] for s in people["therapist"].get("/ward").json["sessions"])
    assert people["therapist"].get("/ward").json["n_other"] >= 1
    said(nurse, path, "stopped")
    said(nurse, path, "recovering")
    home = said(nurse, path, "discharged")
    assert all(s["number"] != order["number"] for s in nurse.get("/ward").json["sessions"])
    said(nurse, path, "undone", replaces=home, why="fainted at the door")
    assert any(s["number"] == order["number"] for s in nurse.get("/ward").json["sessions"])


if __name__ == "__main__":
    clinic.run([may_begin, what_may_follow, as_planned, ward])
