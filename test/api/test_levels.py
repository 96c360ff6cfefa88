#!/usr/bin/env python3
"""Measured levels over HTTP: what is taken, what is refused, and that a plan learns from them as the command line does."""
import datetime
import json
import subprocess
import tempfile

import clinic

START = datetime.date.today() - datetime.timedelta(days=40)
INFUSION = {"start": f"{START}T09:00", "dose": "22.2 mg/h esketamine iv for 100 h"}
DAY, LATER = str(START), str(START + datetime.timedelta(days=2))
TAKEN = [(DAY, "11:00", "esketamine_ng_per_ml", 105.0), (LATER, "10:30", "esketamine_ng_per_ml", 190.0),
         (LATER, "10:30", "esnorketamine_ng_per_ml", 120.0)]


def add(person, patient, date, time, substance, value, **more):
    return person.post(f"/patients/{patient}/levels", {"date": date, "time": time, "substance": substance, "value": value, **more})


def infused(person):
    return clinic.new_patient(person, infusions=[INFUSION])


def what_is_taken(c, people):
    """a level is listed with its moment; future, impossible, unknown and double ones are refused, an implausible one is typed twice"""
    nurse, patient = people["nurse"], infused(people["nurse"])
    number = add(nurse, patient, *TAKEN[0]).json["level"]
    tomorrow = str(datetime.date.today() + datetime.timedelta(days=2))
    for date, time, substance, value, more, field in (
            (tomorrow, "10:00", "esketamine_ng_per_ml", 10, {}, "date"), (DAY, "25:00", "esketamine_ng_per_ml", 10, {}, "time"),
            (DAY, "10:00", "esketamine_ug_per_ml", 10, {}, "substance"), (DAY, "10:00", "esketamine_ng_per_ml", -1, {}, "value"),
            (DAY, "10:00", "esketamine_ng_per_ml", 20001, {}, "value"), (DAY, "10:00", "esketamine_ng_per_ml", "7", {}, "value"),
            (DAY, "10:00", "esketamine_ng_per_ml", 0, {"below": "yes"}, "value"),
            (DAY, "11:00", "esketamine_ng_per_ml", 99, {}, "time"), (DAY, "12:00", "esketamine_ng_per_ml", 1050, {}, "confirm_value"),
            (DAY, "12:00", "esketamine_ng_per_ml", 1050, {"confirm_value": 105}, "confirm_value")):
        answer = add(nurse, patient, date, time, substance, value, **more)
        assert answer.status in (409, 422) and answer.json["field"] == field, (substance, value, answer.status, answer.text)
    assert add(nurse, patient, DAY, "12:00", "esketamine_ng_per_ml", 1050, confirm_value=1050).status == 200
    assert add(nurse, patient, DAY, "13:00", "ketamine_ng_per_ml", 2, below="yes").status == 200
    listed = nurse.get(f"/patients/{patient}/levels").json
    assert [row["at"] for row in listed["levels"]] == [f"{DAY}T{hour}:00" for hour in (11, 12, 13)], listed
    assert listed["bounds"]["implausible_above"] == 1000 and "ketamine_ng_per_ml" in listed["substances"]
    assert nurse.post(f"/patients/{patient}/levels/{number}/withdraw", {"why": "sample of somebody else"}).status == 200
    assert nurse.post(f"/patients/{patient}/levels/{number}/withdraw", {"why": "sample of somebody else"}).status == 404
    assert len(nurse.get(f"/patients/{patient}/levels").json["levels"]) == 2
    other = clinic.new_patient(people["physician"])
    assert people["physician"].post(f"/patients/{other}/levels/{number + 1}/withdraw", {"why": "not mine"}).status == 404
    assert add(nurse, patient, *TAKEN[0]).status == 200  # what was taken back may be entered anew
    assert [row["value"] for row in nurse.get(f"/patients/{patient}/timeline").json["levels"]] == [1050, 2, 105], "all that stand"


def as_the_command_line(c, people):
    """a plan learns from stored levels what `respite plan --levels` learns from the same table"""
    physician = people["physician"]
    patient = infused(physician)
    for row in TAKEN:
        assert add(physician, patient, *row).status == 200
    served = physician.post(f"/patients/{patient}/plan", {"subjects": 50, "seed": 7}).json
    learning = served.pop("learning")
    assert learning["learned"] and learning["n_level"] == 3 and learning["why_not"] is None, learning
    today = physician.get(f"/patients/{patient}").json["record"]["weight"]["date"]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file, tempfile.NamedTemporaryFile("w", suffix=".csv") as table:
        json.dump({**clinic.RECORD, "id": patient, "birth_date": clinic.BIRTH, "infusions": [INFUSION]}, file)
        file.flush()
        table.write("date_time,esketamine_ng_per_ml,esnorketamine_ng_per_ml\n"
                    f"{DAY}T11:00,105,\n{LATER}T10:30,190,120\n")
        table.flush()
        out = subprocess.run([c.program, "plan", file.name, "--levels", table.name, "--json", "--subjects", "50", "--seed", "7",
                              "--today", today], capture_output=True, text=True, check=False).stdout
    assert served == json.loads(out)
    assert served["learned"]["levels"], served["learned"]
    preview = physician.post(f"/patients/{patient}/plans/preview", {"regimens": {"a": {}}, "subjects": 50, "seed": 7}).json
    assert preview["regimens"]["a"]["relief_days_30"] == served["prediction"]["relief_days_30"]


def what_cannot_be_used(c, people):
    """levels that no model explains are left out with the reason, and the diary beside them still teaches"""
    physician = people["physician"]
    patient = infused(physician)
    for day in range(-7, 35):
        pain = (8 if day < 0 else 3 if day < 20 else 6) + (0, 1, -1, 1, 0, -1, 0)[day * 5 % 7]
        date = str(START + datetime.timedelta(days=day))
        assert physician.post(f"/patients/{patient}/diary", {"date": date, "pain_nrs": pain, "recall": "average_24h"}).status == 200
    alone = physician.post(f"/patients/{patient}/plan", {"subjects": 50}).json
    assert alone["learning"]["learned"], alone["learning"]
    assert add(physician, patient, DAY, "11:00", "esketamine_ng_per_ml", 105).status == 200
    assert add(physician, patient, DAY, "15:00", "norketamine_ng_per_ml", 60).status == 200  # the model knows only the enantiomer
    both = physician.post(f"/patients/{patient}/plan", {"subjects": 50}).json
    assert both["learning"]["learned"] and both["learned"]["levels"] and both["learned"]["diary"], both["learning"]
    assert any("levels of substances" in text for text in both["basis"]["missing"]), both["basis"]["missing"]
    wrong = add(physician, patient, LATER, "11:00", "esketamine_ng_per_ml", 19000, confirm_value=19000).json["level"]
    left = physician.post(f"/patients/{patient}/plan", {"subjects": 50}).json
    assert left["learned"]["levels"] is None and left["learned"]["diary"], left["learned"]
    assert "levels cannot be used" in left["learning"]["why_not"], left["learning"]
    assert left["prediction"]["relief_days_30"] == alone["prediction"]["relief_days_30"]
    assert physician.post(f"/patients/{patient}/levels/{wrong}/withdraw", {"why": "value of the label"}).status == 200
    assert physician.post(f"/patients/{patient}/plan", {"subjects": 50}).json["learned"]["levels"]


def plans_rest_on_them(c, people):
    """a kept plan no longer holds when a level that it used is taken back; a further level does not end it"""
    physician = people["physician"]
    patient = infused(physician)
    number = add(physician, patient, *TAKEN[0]).json["level"]
    plan = physician.post(f"/patients/{patient}/plans", {"subjects": 40}).json["plan"]
    assert add(physician, patient, *TAKEN[1]).status == 200
    assert not physician.get(f"/patients/{patient}/plans/{plan}").json["why_stale"]
    assert physician.post(f"/patients/{patient}/levels/{number}/withdraw", {"why": "sample of somebody else"}).status == 200
    assert "measured level was changed" in physician.get(f"/patients/{patient}/plans/{plan}").json["why_stale"]


def nothing_given(c, people):
    """levels without a recorded infusion teach nothing, and the plan says why"""
    physician, patient = people["physician"], clinic.new_patient(people["physician"])
    assert add(physician, patient, *TAKEN[0]).status == 200
    learning = physician.post(f"/patients/{patient}/plan", {"subjects": 40}).json["learning"]
    assert not learning["learned"] and "none is on record" in learning["why_not"], learning


clinic.run([what_is_taken, as_the_command_line, what_cannot_be_used, plans_rest_on_them, nothing_given])
