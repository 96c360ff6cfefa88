#!/usr/bin/env python3
"""Plans over HTTP: preview, keep, sheet, consent, and what the record's changes do to them."""
import clinic


def body(name, at):
    return {"sheet_version": at["digest"], "language": at["language"], "decision": name, "off_label": "explained"}


def from_preview_to_consent(c, people):
    """the same seed gives the same numbers in preview, plan and kept plan; consent names the sheet that was shown"""
    physician, patient = people["physician"], clinic.new_patient(people["physician"])
    path, dose = f"/patients/{patient}", "0.3 mg/kg/h esketamine iv for 96 h"
    shown = physician.post(path + "/plans/preview", {"regimens": {"a": {"dose": [dose]}}, "subjects": 40, "seed": 5})
    plan = physician.post(path + "/plan", {"dose": [dose], "subjects": 40, "seed": 5})
    kept = physician.post(path + "/plans", {"dose": [dose], "subjects": 40, "seed": 5})
    assert (shown.status, plan.status, kept.status) == (200, 200, 200), (shown.text, plan.text[:300], kept.text)
    read = physician.get(f"{path}/plans/{kept.json['plan']}").json
    days = [shown.json["regimens"]["a"]["relief_days_30"], plan.json["prediction"]["relief_days_30"],
            read["forecast"]["prediction"]["relief_days_30"]]
    assert days[0] == days[1] == days[2], days
    assert len(shown.text) < 60000, len(shown.text)
    sheet = physician.get(f"{path}/plans/{kept.json['plan']}/sheet?language=de").json
    assert sheet["language"] == "de" and sheet["consent"] is None and "Muster" not in str(sheet)
    wrong = physician.post(f"{path}/plans/{kept.json['plan']}/consent", {**body("agreed", sheet), "language": "en"})
    assert (wrong.status, wrong.json["field"]) == (422, "sheet_version"), wrong.text
    said = physician.post(f"{path}/plans/{kept.json['plan']}/consent", body("agreed", sheet))
    assert said.status == 200, said.text
    assert physician.get(path + "/plans").json["plans"][0]["consent"]["decision"] == "agreed"


def stale(c, people):
    """a plan says that the record was changed since, and nobody agrees to it"""
    physician, patient = people["physician"], clinic.new_patient(people["physician"])
    path = f"/patients/{patient}"
    plan = physician.post(path + "/plans", {"subjects": 40}).json["plan"]
    sheet = physician.get(f"{path}/plans/{plan}/sheet").json
    version = physician.get(path).header("ETag")
    changed = physician.ask("PATCH", path, {"record": {"weight_kg": 71}, "why": "weighed again"}, headers={"If-Match": version})
    assert changed.status == 200, changed.text
    assert "clinical record was changed" in physician.get(f"{path}/plans/{plan}").json["why_stale"]
    assert physician.post(f"{path}/plans/{plan}/consent", body("agreed", sheet)).status == 422


def refused(c, people):
    """one regimen that is refused does not hide the others, and nonsense is refused whole"""
    physician, patient = people["physician"], clinic.new_patient(people["physician"])
    path = f"/patients/{patient}/plans/preview"
    regimens = {"a": {"protocol": "crps_inpatient_4d"}, "b": {"dose": ["30 mg/kg/h ketamine iv for 4 h"]}, "c": {"protocol": "none such"}}
    answer = physician.post(path, {"regimens": regimens, "subjects": 20}).json["regimens"]
    assert answer["a"]["text"] and answer["b"]["refused"]["confirm"] and "none such" in answer["c"]["refused"]["message"]
    for bad in ({}, {"e": {}}, {"a": 1}):
        answer = physician.post(path, {"regimens": bad, "subjects": 20})
        assert (answer.status, answer.json.get("field")) == (422, "regimens"), (bad, answer.text)
    for bad, word in (({"dose": "22.2 mg/h"}, "list of texts"), ({"dose": [7]}, "list of texts"), ({"weight": "70"}, "not known here: weight")):
        answer = physician.post(path, {"regimens": {"a": bad}, "subjects": 20})
        assert word in answer.json["regimens"]["a"]["refused"]["message"], (bad, answer.text)


def a_level_becomes_doses(c, people):
    """the steps of a pump for a level are dose texts that a plan takes, and what cannot be steps is refused in a sentence"""
    physician, patient = people["physician"], clinic.new_patient(people["physician"])
    path = f"/patients/{patient}/plans"
    made = physician.post(path + "/programme", {"target": "100 ng/mL esketamine over 30 min", "hours": 4})
    assert made.status == 200, made.text
    programme = made.json["programme"]
    assert programme["model"] == "otto2021" and 95 < programme["highest_ng_per_ml"] < 105, programme
    assert 4 < len(programme["doses"]) <= 64 and all(" mg/h esketamine iv for " in dose for dose in programme["doses"]), programme
    kept = physician.post(path, {"dose": programme["doses"], "subjects": 40})
    assert kept.status == 200, kept.text
    forecast = physician.get(f"{path}/{kept.json['plan']}").json["forecast"]
    assert len(forecast["regimen"]["doses"]) == len(programme["doses"])
    assert abs(forecast["regimen"]["total_mg"] - programme["total_mg"]) < 0.01 * programme["total_mg"]
    for target, word in (("100 ng/mL ketamine over 30 min", "esketamine alone"), ("100 mg/mL esketamine", "slip of the unit"), ("100 esketamine", "unit"),
                         ("100 ng/mL esketamine for 3 min", "shortest step")):
        said = physician.post(path + "/programme", {"target": target, **({} if " for " in target else {"hours": 4})})
        assert (said.status, said.json.get("field")) == (422, "target") and word in said.json["message"], (target, said.text)


clinic.run([from_preview_to_consent, stale, refused, a_level_becomes_doses])
