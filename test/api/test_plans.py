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


clinic.run([from_preview_to_consent, stale, refused])
