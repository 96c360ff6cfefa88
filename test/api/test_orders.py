#!/usr/bin/env python3
"""From signed limits to a given dose: orders, two signatures, the ledger; and four accidents that were reported, each
stopped at its gate with a sentence that names both what was meant and what was in the hand."""
import time

import clinic

STARTED = time.monotonic()
LIMITS = {"sbp_twice_mmhg": 180, "dbp_twice_mmhg": 110, "sbp_once_mmhg": 200, "dbp_once_mmhg": 120, "hr_high_per_min": 120,
          "spo2_low_pct": 92, "rr_low_per_min": 8, "hr_low_per_min": 45, "sbp_low_mmhg": 90}
SALINE = {"concentration_mg_per_ml": 1, "diluent": "sodium_chloride_0_9"}
TEN = {"drug": "ketamine", "strength_mg_per_ml": 10, "vial_ml": 20}


CONFIRMED_S = 4 * 60  # the program's five minutes, with room
confirmed = {}


def confirm(c, person):
    """Give password and code again, unless that was done lately: a code is good once."""
    if time.monotonic() - confirmed.setdefault(person.name, STARTED) < CONFIRMED_S:
        return
    confirmed[person.name] = time.monotonic()
    answer = person.post("/confirm", {"password": clinic.PASSWORD, "code": c.fresh_code(person.name)}, key=False)
    assert answer.status == 200, answer.text


def ready(c, people):
    """Limits are signed, and both have given password and code lately."""
    for role in ("physician", "nurse"):
        confirm(c, people[role])
    if people["physician"].get("/profile").json["signed"] is None:
        answer = people["physician"].post("/profile", {"name": "Limits of the house", "values": LIMITS})
        assert answer.status == 200, answer.text


def patient_of_both(people, **record):
    patient = clinic.new_patient(people["physician"], **record)
    assert people["physician"].post(f"/patients/{patient}/care", {"name": "nurse"}).status == 200
    return patient


def amend(people, patient, **record):
    version = people["physician"].get(f"/patients/{patient}").header("ETag")
    answer = people["physician"].ask("PATCH", f"/patients/{patient}", {"record": record, "why": "weighed again"},
                                     headers={"If-Match": version})
    assert answer.status == 200, answer.text


def plan(people, patient, agreed=True, **request):
    kept = people["physician"].post(f"/patients/{patient}/plans", {"subjects": 20, **({} if "dose" in request else {"protocol": "crps_outpatient_10d"}), **request})
    assert kept.status == 200, kept.text
    if agreed:
        where = f"/patients/{patient}/plans/{kept.json['plan']}"
        sheet = people["physician"].get(where + "/sheet").json
        answer = people["physician"].post(where + "/consent", {"sheet_version": sheet["digest"], "language": "en",
                                                               "decision": "agreed", "off_label": "explained"})
        assert answer.status == 200, answer.text
    return kept.json["plan"]


def prepare(people, patient, **choices):
    return people["physician"].post(f"/patients/{patient}/orders/prepare", choices)


def write(people, patient, **choices):
    """Write what was prepared, as the page does: total and rate are stated again."""
    shown = prepare(people, patient, **choices)
    assert shown.status == 200, shown.text
    order = shown.json["order"]
    stated = {"total_mg": order["total_mg"], **({"rate_ml_per_h": order["rate"]["ml_per_h"]} if order["rate"] else {})}
    return people["physician"].post(f"/patients/{patient}/orders", {**choices, **stated})


def written(people, patient, **choices):
    answer = write(people, patient, **choices)
    assert answer.status == 200, answer.text
    return answer.json["order"]


def sign(people, patient, order, **reasons):
    return people["physician"].post(f"/patients/{patient}/orders/{order}/sign", {"reasons": reasons} if reasons else {})


def read_back(people, patient, order, person="nurse", **read):
    """What the second person types; the order itself where nothing else is said."""
    told = people["nurse"].get(f"/patients/{patient}/orders/{order}").json
    hand = {"birth_date": clinic.BIRTH, "drug": told["drug"], "strength_mg_per_ml": told["strength_mg_per_ml"],
            "vial_ml": told["vial_ml"], "total_mg": told["total_mg"]}
    rates = [step["rate_ml_per_h"] for step in told["document"]["steps"] if step["by_pump"]]
    hand.update({"rates_ml_per_h": rates} if rates else {"volume_ml": told["volume_ml"]})
    return people[person].post(f"/patients/{patient}/orders/{order}/check", {**hand, **read})


def signed_by_two(people, patient, **choices):
    order = written(people, patient, **choices)
    assert sign(people, patient, order).status == 200
    answer = read_back(people, patient, order)
    assert (answer.status, answer.json.get("state")) == (200, "checked"), answer.text
    return order


def cancel(people, patient, order):
    answer = people["physician"].post(f"/patients/{patient}/orders/{order}/cancel", {"why": "no longer needed"})
    assert (answer.status, answer.json.get("state")) == (200, "cancelled"), answer.text


def say_consent(people, patient, number, decision):
    where = f"/patients/{patient}/plans/{number}"
    sheet = people["physician"].get(where + "/sheet").json
    return people["physician"].post(where + "/consent", {"sheet_version": sheet["digest"], "language": "en",
                                                         "decision": decision, "off_label": "explained"})


def refused(answer, code, *words):
    assert answer.status != 200 and answer.code == code, (answer.status, answer.text)
    message = answer.json["message"]
    for word in words:
        assert word in message, (word, message)
    return message


def enter(people, move, body, witness="nurse", person="physician"):
    """Enter a move and let the second person sign it; its number."""
    answer = people[person].post("/stock/" + move, body)
    assert answer.status == 200, answer.text
    second = people[witness].post(f"/stock/moves/{answer.json['move']}/sign", {"answer": "agreed"})
    assert second.status == 200, second.text
    return answer.json["move"]


def receive(people, batch, vials=10, **vial):
    return enter(people, "receive", {**TEN, **vial, "batch": batch, "expiry": "2030-01-31", "vials": vials})


# ---- limits ----

def limits_are_stated(c, people):
    """limits are stated value by value, none looser than its floor, and only then can an order be written"""
    physician = people["physician"]
    patient = patient_of_both(people)
    number = plan(people, patient)
    shown = prepare(people, patient, plan=number, **TEN, **SALINE).json
    assert shown["closed"]["id"] == "profile", shown["closed"]
    refused(write(people, patient, plan=number, **TEN, **SALINE), "gate_closed", "limits of alarm")
    confirm(c, physician)
    for row in physician.get("/profile").json["shipped"]:
        assert row["local"] and row["source"], row
    refused(physician.post("/profile", {"name": "Loose", "values": {**LIMITS, "sbp_once_mmhg": 210}}), "invalid", "210", "200")
    refused(physician.post("/profile", {"name": "Loose", "values": {**LIMITS, "spo2_low_pct": 85}}), "invalid", "85", "92")
    refused(physician.post("/profile", {"name": "Slip", "values": {**LIMITS, "sbp_twice_mmhg": 18}}), "invalid", "18 ")
    few = {key: value for key, value in LIMITS.items() if key != "hr_high_per_min"}
    assert refused(physician.post("/profile", {"name": "Few", "values": few}), "invalid", "heart rate")
    assert physician.post("/profile", {"name": "House", "values": {**LIMITS, "sbp_once_mmhg": 190}}).status == 200
    refused(physician.post("/profile", {"name": "House", "values": LIMITS}), "invalid", "say why")
    signed = physician.get("/profile").json["signed"]
    assert signed["who"] == "physician" and [r["value"] for r in signed["alarms"] if r["id"] == "sbp_once_mmhg"] == [190]
    order = written(people, patient, plan=number, **TEN, **SALINE)
    stop = people["nurse"].get(f"/patients/{patient}/orders/{order}").json["document"]["stop"]
    assert stop["alarms"] == signed["alarms"], stop
    assert physician.post("/profile", {"name": "House", "values": LIMITS, "why": "the committee met"}).status == 200
    refused(sign(people, patient, order), "gate_closed", "signed anew")


# ---- order ----

def two_people_sign(c, people):
    """an order is written from a session of a kept plan, signed, read back by a second person, and stands"""
    ready(c, people)
    patient = patient_of_both(people, allergies=["penicillin"])
    number = plan(people, patient, protocol="crps_outpatient_10d")
    shown = prepare(people, patient, plan=number, session=2, **TEN, **SALINE).json["order"]
    assert (shown["total_mg"], shown["preparation"]["drawn_ml"], shown["preparation"]["vials"]) == (98, 9.8, 1), shown
    rate = shown["rate"]
    assert (rate["ml_per_h"], rate["mg_per_h"], round(rate["mg_per_kg_per_h"], 6)) == (24.5, 24.5, 0.35), rate
    assert rate["ways"]["agree"] and shown["allergies"] == {"asked": True, "list": ["penicillin"]}
    assert shown["vial"]["salt_mg_per_ml"] == 11.53 and shown["monitoring"] and shown["stop"]["alarms"]
    assert (shown["rests_on"]["session"], shown["rests_on"]["sessions"]) == (2, 10)
    choices = {"plan": number, "session": 2, **TEN, **SALINE}
    post = people["physician"].post
    refused(post(f"/patients/{patient}/orders", {**choices, "total_mg": 980, "rate_ml_per_h": 24.5}), "mismatch", "980", "98 mg")
    refused(post(f"/patients/{patient}/orders", {**choices, "total_mg": 98, "rate_ml_per_h": 245}), "mismatch", "245", "24.5")
    order = written(people, patient, **choices)
    refused(write(people, patient, **choices), "conflict", "stands for session 2")
    refused(read_back(people, patient, order), "conflict", "written")
    assert sign(people, patient, order).json == {"state": "signed"}
    refused(read_back(people, patient, order, person="physician"), "gate_closed", "second person")
    refused(read_back(people, patient, order, birth_date="1980-05-15"), "mismatch", "another person")
    assert read_back(people, patient, order).json == {"state": "checked"}
    listed = people["nurse"].get(f"/patients/{patient}/orders").json["orders"]
    assert [(row["number"], row["state"], row["prescriber"]["who"], row["checker"]["who"]) for row in listed] == [
        (order, "checked", "physician", "nurse")]
    why = {"why": "fever since the morning"}
    assert people["nurse"].post(f"/patients/{patient}/orders/{order}/cancel", why).json == {"state": "cancelled"}
    assert written(people, patient, **choices) > order


def rests_on_facts(c, people):
    """an order rests on consent and on facts: without consent, or after a change of the record, nobody can sign it"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, agreed=False)
    order = written(people, patient, plan=number, **TEN, **SALINE)
    refused(sign(people, patient, order), "gate_closed", "explain the sheet")
    cancel(people, patient, order)
    number = plan(people, patient)
    order = written(people, patient, plan=number, **TEN, **SALINE)
    amend(people, patient, weight_kg=71)
    refused(sign(people, patient, order), "gate_closed", "changed after")
    refused(write(people, patient, plan=number, session=2, **TEN, **SALINE), "gate_closed", "plan again")


def old_weight(c, people):
    """a weight of more than 30 days is refused"""
    ready(c, people)
    patient = patient_of_both(people)

    def head():
        return people["nurse"].get(f"/patients/{patient}/timeline").json["person"]

    assert (head()["weight_old"], head()["acute"]) == (False, False), head()
    amend(people, patient, weight={"value_kg": 70, "date": "2020-01-01"})
    assert head()["weight_old"], head()
    number = plan(people, patient)
    refused(write(people, patient, plan=number, **TEN, **SALINE), "gate_closed", "70 kg", "days old")


def drugs_are_never_mixed(c, people):
    """racemate and S-enantiomer are two drugs, strengths exist or not, and 100 mg/mL never goes into a vein as it is"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, protocol="crps_inpatient_4d")
    five = {"drug": "esketamine", "strength_mg_per_ml": 5, "vial_ml": 5}
    refused(prepare(people, patient, plan=number, **TEN, **SALINE), "mismatch", "esketamine", "ketamine")
    refused(prepare(people, patient, plan=number, **{**five, "strength_mg_per_ml": 10}, **SALINE), "invalid", "10 mg/mL")
    shown = prepare(people, patient, plan=number, **{**five, "vial_ml": 20}, **SALINE).json["order"]
    assert shown["rate"]["ml_per_h"] == 22.2 and shown["preparation"]["containers"] == 3, shown["preparation"]
    refused(prepare(people, patient, plan=number, **five, concentration_mg_per_ml=3, diluent="glucose_5"), "invalid", "list")
    other = plan(people, patient, dose=["20 mg ketamine iv over 40 min"])
    refused(write(people, patient, plan=other, drug="ketamine", strength_mg_per_ml=100, vial_ml=2, concentration_mg_per_ml=100),
            "gate_closed", "100 mg/mL", "undiluted")


def not_by_pump(c, people):
    """what is not given by a pump has no rate, and the second person reads the syringe"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["35 mg ketamine im"])
    fifty = {"drug": "ketamine", "strength_mg_per_ml": 50, "vial_ml": 10}
    refused(prepare(people, patient, plan=number, **fifty, **SALINE), "invalid", "not diluted")
    shown = prepare(people, patient, plan=number, **fifty).json["order"]
    assert shown["rate"] is None and shown["preparation"]["drawn_ml"] == 0.7 and shown["total_mg"] == 35, shown
    order = written(people, patient, plan=number, **fifty)
    assert sign(people, patient, order).status == 200
    refused(read_back(people, patient, order, volume_ml=3.5), "mismatch", "3.5 mL", "0.7 mL")
    assert read_back(people, patient, order).json == {"state": "checked"}


def medicines_beside(c, people):
    """premedication and rescue are of known classes; allergies and what the patient takes are held against them"""
    ready(c, people)
    patient = patient_of_both(people, allergies=["ondansetron (rash)"], medications=[{"name": "lorazepam"}])
    number = plan(people, patient)

    def with_support(**support):
        return prepare(people, patient, plan=number, **TEN, **SALINE, support=support).json

    midazolam = {"name": "midazolam", "dose_mg": 2, "route": "iv", "when": "on agitation"}
    shown = with_support(rescue=[midazolam])
    assert any("lorazepam" in row["text"] for row in shown["order"]["conflicts"]), shown["order"]["conflicts"]
    assert shown["closed"] is None, shown["closed"]
    assert "ondansetron" in with_support(rescue=[{"name": "ondansetron", "dose_mg": 4, "route": "iv"}])["closed"]["text"]
    assert "no class" in with_support(premedication=[{"name": "morphine", "dose_mg": 5, "route": "iv"}])["closed"]["text"]
    assert "midazolam?" in with_support(rescue=[{**midazolam, "name": "midazolan"}])["closed"]["text"]
    refused(prepare(people, patient, plan=number, **TEN, **SALINE, support={"rescue": [{"name": "midazolam"}]}), "invalid", "dose")
    for name, dose_mg, most in (("midazolam", 400, "4 mg"), ("clonidine", 150, "0.3 mg")):
        over = {"name": name, "dose_mg": dose_mg, "route": "oral"}
        assert f"{dose_mg} mg of {name}" in (text := with_support(premedication=[over])["closed"]["text"]) and most in text, text
    assert with_support(premedication=[{"name": "clonidine", "dose_mg": 0.15, "route": "oral"}])["closed"] is None
    for route in ("banana", "IV"):
        refused(prepare(people, patient, plan=number, **TEN, **SALINE, support={"premedication": [{**midazolam, "route": route}]}),
                "invalid", route, "iv, im, oral")
    unknown = with_support(premedication=[{"name": "dexmedetomidine", "dose_mg": 0.05, "route": "oral"}])
    assert unknown["closed"] is None, unknown["closed"]
    assert [gate["gate"] for gate in unknown["order"]["gates"] if gate["id"] == "support_dose"] == ["prescriber"], unknown["order"]["gates"]


def soft_limits_need_a_reason(c, people):
    """a soft limit is passed by the prescriber with a reason of their own, kept with the signature"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["130 mg ketamine iv over 50 min"])
    order = written(people, patient, plan=number, **{**TEN, "strength_mg_per_ml": 50, "vial_ml": 10}, **SALINE)
    message = refused(sign(people, patient, order), "gate_closed", "reason", "2 mg/kg/h")
    assert "DOSE-CHR-INF" == sign(people, patient, order).json["field"], message
    for poor in ("ok", " " * 12):
        refused(sign(people, patient, order, **{"DOSE-CHR-INF": poor}), "gate_closed", "reason")
    reason = {"DOSE-CHR-INF": "refractory, agreed with the anaesthetist on call"}
    assert sign(people, patient, order, **reason).status == 200
    assert people["nurse"].get(f"/patients/{patient}/orders/{order}").json["prescriber"]["reasons"] == reason


def emergency(c, people):
    """in an emergency an estimated weight is marked, the check may come after, and what is owed is said until it is done"""
    ready(c, people)
    patient = patient_of_both(people, condition="acute_trauma", weight_kg=None)
    dose = {"dose": ["20 mg ketamine iv over 15 min"], **TEN, **SALINE}
    refused(prepare(people, patient, **dose, weight_estimated_kg=80), "invalid", "estimated in an emergency")
    refused(prepare(people, patient, **dose), "gate_closed", "no weight")
    urgent = {**dose, "emergency": "open fracture, cannot be weighed", "weight_estimated_kg": 80}
    order = written(people, patient, **urgent)
    document = people["nurse"].get(f"/patients/{patient}/orders/{order}").json["document"]
    assert document["weight"] == {"kg": 80, "date": None, "age_d": None, "estimated": True} and document["emergency"]
    lot = receive(people, "EMERGENCY-1")
    refused(people["nurse"].post("/stock/issue", {"lot": lot, "order": order, "vials": 1}), "gate_closed", "written")
    reasons = {gate["id"]: "trauma, nobody could be asked" for gate in document["gates"] if gate["gate"] == "prescriber"}
    assert sign(people, patient, order, **reasons).status == 200
    refused(write(people, patient, **urgent), "conflict", "stands for")
    issue = enter(people, "issue", {"lot": lot, "order": order, "vials": 1})
    enter(people, "give", {"issue": issue, "amount_mg": 20})

    def owed():
        return {row["id"] for row in people["nurse"].get(f"/patients/{patient}/orders/{order}").json["owed"]}

    assert owed() == {"check", "weight"}, owed()
    amend(people, patient, weight_kg=76)
    assert owed() == {"check"}, owed()
    assert read_back(people, patient, order).json == {"state": "checked"}
    assert owed() == set()
    chronic = patient_of_both(people)
    measured = {key: value for key, value in urgent.items() if key != "weight_estimated_kg"}
    refused(write(people, chronic, **measured), "gate_closed", "acute pain")
    refused(prepare(people, chronic, **urgent), "invalid", "70 kg were measured")
    refused(prepare(people, chronic, plan=plan(people, chronic), emergency=urgent["emergency"], **TEN, **SALINE), "invalid",
            "no emergency")
    refused(prepare(people, chronic, **{**measured, "emergency": " " * 20}), "invalid", "no blanks")
    unknown = patient_of_both(people, condition=None)
    gates = prepare(people, unknown, **measured).json["order"]["gates"]
    assert "condition_unknown" in [gate["id"] for gate in gates], gates


def every_step_is_read_back(c, people):
    """the second person names the rate of every step of the pump, and a later one that differs is found"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["20 mg ketamine iv over 1 h", "30 mg ketamine iv over 2 h at 1 h"])
    order = written(people, patient, plan=number, **TEN, **SALINE)
    steps = people["nurse"].get(f"/patients/{patient}/orders/{order}").json["document"]["steps"]
    assert [step["rate_ml_per_h"] for step in steps] == [20, 15], steps
    assert sign(people, patient, order).status == 200
    for few in ([20], [20, 15, 15]):
        refused(read_back(people, patient, order, rates_ml_per_h=few), "invalid", "every step", "has 2")
    for wrong, step in (([20, 150], 2), ([15, 15], 1)):
        answer = read_back(people, patient, order, rates_ml_per_h=wrong)
        refused(answer, "mismatch", f"step {step}", f"{wrong[step - 1]} mL/h", f"{[20, 15][step - 1]} mL/h")
        assert answer.json["field"] == f"rates_ml_per_h.{step}", answer.text
    assert read_back(people, patient, order, rates_ml_per_h=[20, 15]).status == 200
    assert people["nurse"].get(f"/patients/{patient}/orders/{order}").json["checker"]["rates_ml_per_h"] == [20, 15]


def a_programme_for_a_level_is_ordered(c, people):
    """the steps that bring a level to a target are steps of the order: each with its three rates, judged by the limits, and read back"""
    ready(c, people)
    patient = patient_of_both(people, setting="inpatient")
    made = people["physician"].post(f"/patients/{patient}/plans/programme", {"target": "60 ng/mL esketamine over 40 min", "hours": 3}).json["programme"]
    number = plan(people, patient, dose=made["doses"])
    ampoule = {"drug": "esketamine", "strength_mg_per_ml": 5, "vial_ml": 5}
    shown = prepare(people, patient, plan=number, **ampoule, **SALINE).json
    order = shown["order"]
    assert shown["closed"] is None, shown["closed"]
    assert order["rate"]["ways"]["agree"] and abs(order["total_mg"] - made["total_mg"]) < 1, (order["total_mg"], made)
    steps = [(step["rate_ml_per_h"], step["rate_mg_per_h"], step["rate_mg_per_kg_per_h"]) for step in order["steps"]]
    assert len(steps) == len(made["doses"]), (steps, made["doses"])
    for (by_volume, by_amount, by_weight), dose in zip(steps, made["doses"]):
        planned = float(dose.split()[0])
        assert abs(by_volume - planned) < 0.06 and abs(by_amount - planned) < 0.06 and abs(by_weight * 70 - planned) < 0.06, (dose, by_volume)
    number = written(people, patient, plan=number, **ampoule, **SALINE)
    assert sign(people, patient, number).status == 200
    rates = [by_volume for by_volume, _, _ in steps]
    refused(read_back(people, patient, number, rates_ml_per_h=[*rates[:-1], rates[-1] * 10]), "mismatch", f"step {len(rates)}")
    assert read_back(people, patient, number, rates_ml_per_h=rates).status == 200


def sessions_of_a_plan(c, people):
    """a plan tells its sessions: what an order of each comes to, doses in a row as one"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["20 mg ketamine iv over 1 h", "30 mg ketamine iv over 2 h at 1 h", "40 mg ketamine iv over 2 h at 48 h"])
    sessions = people["physician"].get(f"/patients/{patient}/plans/{number}").json["sessions"]
    assert [(one["number"], one["amount_mg"], one["hours"]) for one in sessions] == [(1, 50, 3), (2, 40, 2)], sessions
    for one in sessions:
        shown = prepare(people, patient, plan=number, session=one["number"], **TEN, **SALINE).json["order"]
        assert shown["total_mg"] == one["amount_mg"] and shown["rests_on"]["day"] == one["day"], (one, shown["rests_on"])
        assert (shown["drug"], shown["route"]) == (one["drug"], one["route"]), one


def choices_hold(c, people):
    """by the routes that the choices name a medicine is taken, by no other, and up to the most that they name"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient)
    choices = people["physician"].get("/orders/choices").json
    assert [one["mg_per_ml"] for one in choices["concentrations"] if one["usual"]] == [1], choices["concentrations"]
    assert choices["diluted_routes"] == ["iv", "sc"], choices["diluted_routes"]
    routes = {route for row in choices["supporting"] for route in row["routes"]} | {"nasal", "im", "transdermal"}
    for row in choices["supporting"]:
        for one in row["most"]:
            assert one["medicine"] in row["medicines"], row
            for route in routes:
                support = {row["use"][0]: [{"name": one["medicine"], "dose_mg": one["most_mg"], "route": route}]}
                answer = prepare(people, patient, plan=number, **TEN, **SALINE, support=support)
                assert (answer.status == 200) == (route in row["routes"]), (row["class"], route, answer.text)
                assert answer.status != 200 or answer.json["closed"] is None, (one, answer.json["closed"])
            support[row["use"][0]][0].update(dose_mg=1.5 * one["most_mg"], route=row["routes"][0])
            assert prepare(people, patient, plan=number, **TEN, **SALINE, support=support).json["closed"]["id"] == "support_dose", one


# ---- what was signed must still hold when it is given ----

def an_order_is_for_its_day(c, people):
    """vials go to the order of today, once a day, whatever else is signed; and what was given cannot be cancelled"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient)
    first = signed_by_two(people, patient, plan=number, **TEN, **SALINE)
    second = signed_by_two(people, patient, plan=number, session=2, **TEN, **SALINE)
    refused(write(people, patient, plan=plan(people, patient), **TEN, **SALINE), "conflict", f"order {first} stands")
    lot = receive(people, "DAY")
    refused(people["nurse"].post("/stock/issue", {"lot": lot, "order": second, "vials": 1}), "gate_closed", "today is")
    issue = enter(people, "issue", {"lot": lot, "order": first, "vials": 1})
    why = {"why": "fever since the morning"}
    where = f"/patients/{patient}/orders/{first}/cancel"
    refused(people["nurse"].post(where, why), "conflict", "return or waste")
    enter(people, "give", {"issue": issue, "amount_mg": 98})
    refused(people["nurse"].post(where, why), "conflict", "98 mg", "stands")
    refused(people["nurse"].post(where, {"why": "     "}), "invalid", "no blanks")


def no_second_order_on_a_day(c, people):
    """while an order of today stands, no second one is written, neither in an emergency nor from a plan"""
    ready(c, people)
    patient = patient_of_both(people, condition="acute_trauma")
    urgent = {"dose": ["20 mg ketamine iv over 15 min"], **TEN, **SALINE, "emergency": "open fracture, cannot wait"}
    refused(prepare(people, patient, **urgent, weight_estimated_kg=200), "invalid", "70 kg were measured")
    order = written(people, patient, **urgent)
    refused(write(people, patient, **urgent), "conflict", f"order {order} stands")
    refused(write(people, patient, plan=plan(people, patient, dose=["20 mg ketamine iv over 15 min"]), **TEN, **SALINE),
            "conflict", f"order {order} stands")


def consent_and_facts_hold_to_the_end(c, people):
    """consent withdrawn stops check and issue, also when the plan is stale; a fact that changed makes a checked order stale"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient)
    order = written(people, patient, plan=number, **TEN, **SALINE)
    assert sign(people, patient, order).status == 200
    assert say_consent(people, patient, number, "declined").status == 200
    refused(read_back(people, patient, order), "gate_closed", "declined")
    assert say_consent(people, patient, number, "agreed").status == 200
    assert read_back(people, patient, order).status == 200
    lot = receive(people, "CONSENT")
    assert say_consent(people, patient, number, "declined").status == 200
    refused(people["nurse"].post("/stock/issue", {"lot": lot, "order": order, "vials": 1}), "gate_closed", "declined")
    assert say_consent(people, patient, number, "agreed").status == 200
    issue = enter(people, "issue", {"lot": lot, "order": order, "vials": 1})
    amend(people, patient, allergies=["ketamine"])
    refused(people["nurse"].post("/stock/issue", {"lot": lot, "order": order, "vials": 1}), "gate_closed", "changed")
    assert people["nurse"].get(f"/patients/{patient}/orders/{order}").json["stale"]
    refused(say_consent(people, patient, number, "agreed"), "invalid", "plan")
    assert say_consent(people, patient, number, "declined").status == 200
    enter(people, "give", {"issue": issue, "amount_mg": 98})  # what happened is written down whatever changed meanwhile


def the_checker_is_a_third_party(c, people):
    """who wrote an order does not check it, whoever signed it; without a date of birth on file nobody is identified"""
    ready(c, people)
    people["physician2"] = c.person("physician2")
    confirm(c, people["physician2"])
    patient = patient_of_both(people)
    assert people["physician"].post(f"/patients/{patient}/care", {"name": "physician2"}).status == 200
    order = written(people, patient, plan=plan(people, patient), **TEN, **SALINE)
    assert people["physician2"].post(f"/patients/{patient}/orders/{order}/sign", {}).status == 200
    refused(read_back(people, patient, order, person="physician"), "gate_closed", "you wrote this order")
    assert read_back(people, patient, order).status == 200


# ---- the four accidents ----

def accident_strong_vial(c, people):
    """950 mg for 95 mg: a vial of 100 mg/mL in place of 10 mg/mL is caught when it is read back, and when it is issued"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["95 mg ketamine iv over 4 h"])
    order = written(people, patient, plan=number, **TEN, concentration_mg_per_ml=1, diluent="glucose_5")
    assert sign(people, patient, order).status == 200
    refused(read_back(people, patient, order, strength_mg_per_ml=100), "mismatch", "100 mg/mL", "10 mg/mL", "950 mg", "95 mg",
            "10 times as much")
    refused(read_back(people, patient, order, total_mg=950), "mismatch", "950 mg", "95 mg", "10 times as much")
    assert read_back(people, patient, order).status == 200
    lot = receive(people, "STRONG", strength_mg_per_ml=100, vial_ml=10)
    refused(people["nurse"].post("/stock/issue", {"lot": lot, "order": order, "vials": 1}), "mismatch", "100 mg/mL", "950 mg",
            "95 mg")
    audit = c.person(c.spare("administrator")).get("/audit?limit=200&sort=-number").json["facts"]
    caught = [fact for fact in audit if fact.get("outcome") == "mismatch" and fact["use_case"] == "order_check"]
    assert any("strength_mg_per_ml differs" in fact["detail"] for fact in caught), caught


def accident_tenfold(c, people):
    """a ten-fold dose is refused where it is planned, again where it is ordered, and a hard limit is never orderable"""
    ready(c, people)
    patient = patient_of_both(people)
    slip = "350 mg ketamine iv over 40 min"  # for 35 mg
    refused(people["physician"].post(f"/patients/{patient}/plans", {"subjects": 20, "dose": [slip]}), "invalid", "ten-fold")
    number = plan(people, patient, dose=[slip], confirm_dose=slip)
    fifty = {"drug": "ketamine", "strength_mg_per_ml": 50, "vial_ml": 10, **SALINE}
    message = refused(write(people, patient, plan=number, **fifty), "gate_closed")
    assert "ten-fold" in message, message
    refused(write(people, patient, plan=number, **fifty, confirm_dose=slip), "gate_closed", "7 mg/kg/h")


def accident_five_times(c, people):
    """150 mg for 30 mg: a vial of 50 mg/mL in place of 10 mg/mL is caught in the hand, in the cupboard and in the ledger"""
    ready(c, people)
    patient = patient_of_both(people)
    number = plan(people, patient, dose=["30 mg ketamine iv over 40 min"])
    order = written(people, patient, plan=number, **TEN, **SALINE)
    assert sign(people, patient, order).status == 200
    refused(read_back(people, patient, order, strength_mg_per_ml=50), "mismatch", "50 mg/mL", "150 mg", "30 mg",
            "5 times as much")
    assert read_back(people, patient, order).status == 200
    fifty = receive(people, "FIFTY", strength_mg_per_ml=50, vial_ml=10)
    refused(people["nurse"].post("/stock/issue", {"lot": fifty, "order": order, "vials": 1}), "mismatch", "150 mg", "30 mg")
    issue = enter(people, "issue", {"lot": receive(people, "TEN"), "order": order, "vials": 1})
    refused(people["nurse"].post("/stock/give", {"issue": issue, "amount_mg": 150}), "mismatch", "30 mg", "150 mg")


def accident_ketoprofen(c, people):
    """ketoprofen for ketamine: the name on the vial is typed, and another drug is never taken for a slip"""
    ready(c, people)
    patient = patient_of_both(people)
    order = written(people, patient, plan=plan(people, patient), **TEN, **SALINE)
    assert sign(people, patient, order).status == 200
    refused(read_back(people, patient, order, drug="ketoprofen"), "mismatch", "ketoprofen", "ketamine", "different drug")
    refused(read_back(people, patient, order, drug="esketamine"), "mismatch", "esketamine", "ketamine (the racemate)")
    lot = {**TEN, "drug": "ketoprofen", "batch": "K1", "expiry": "2030-01-31", "vials": 1}
    refused(people["nurse"].post("/stock/receive", lot), "invalid", "ketoprofen", "different drug")
    assert people["nurse"].get(f"/patients/{patient}/orders/{order}").json["state"] == "signed"


# ---- ledger ----

def the_ledger_closes(c, people):
    """a vial comes in, goes to an order, is given and wasted under two signatures, and the balance closes"""
    ready(c, people)
    patient = patient_of_both(people)
    order = signed_by_two(people, patient, plan=plan(people, patient), **TEN, **SALINE)
    got = people["nurse"].post("/stock/receive", {**TEN, "batch": "=2+5", "expiry": "2030-01-31", "vials": 5}).json["move"]
    for answer in ("agreed", "refused"):
        refused(people["nurse"].post(f"/stock/moves/{got}/sign", {"answer": answer, "why": "a slip"}), "gate_closed", "second person")
    refused(people["nurse"].post("/stock/issue", {"lot": got, "order": order, "vials": 1}), "invalid", "second signature")
    assert people["physician"].post(f"/stock/moves/{got}/sign", {"answer": "agreed"}).status == 200
    refused(people["physician"].post(f"/stock/moves/{got}/sign", {"answer": "agreed"}), "conflict", "agreed")
    refused(people["nurse"].post("/stock/issue", {"lot": got, "order": order, "vials": 6, "note": "more"}), "conflict", "5 of lot")
    issue = enter(people, "issue", {"lot": got, "order": order, "vials": 1})

    def open_issue():
        return [row for row in people["nurse"].get("/stock").json["issues"] if row["number"] == issue]

    assert open_issue()[0]["open_mg"] == 200
    enter(people, "give", {"issue": issue, "amount_mg": 98})
    refused(people["nurse"].post("/stock/waste", {"issue": issue, "amount_mg": 103}), "conflict", "102 mg")
    waste = people["nurse"].post("/stock/waste", {"issue": issue, "amount_mg": 102}).json["move"]
    refused(people["physician"].post(f"/stock/moves/{waste}/sign", {"answer": "refused"}), "invalid", "why")
    assert people["physician"].post(f"/stock/moves/{waste}/sign", {"answer": "refused", "why": "did not see it"}).status == 200
    assert open_issue()[0]["open_mg"] == 102
    enter(people, "waste", {"issue": issue, "amount_mg": 102})
    assert open_issue() == []
    seen = {(fact["who"], fact.get("use_case")) for fact in c.person(c.spare("administrator")).get("/audit?limit=200&sort=-number").json["facts"]
            if fact.get("person") == patient}
    assert {("physician", "stock_waste"), ("nurse", "stock_sign")} <= seen, seen
    refused(people["nurse"].post("/stock/count", {"lot": got, "vials": 3}), "invalid", "3 vials", "4")
    enter(people, "count", {"lot": got, "vials": 3, "note": "one is missing, reported"})
    lot = [row for row in people["nurse"].get("/stock").json["lots"] if row["number"] == got][0]
    assert (lot["on_shelf"], lot["difference"], lot["closes"]) == (4, -1, False), lot
    enter(people, "waste", {"lot": got, "vials": 1, "note": "found broken under the shelf"})
    enter(people, "count", {"lot": got, "vials": 3})
    lot = [row for row in people["nurse"].get("/stock").json["lots"] if row["number"] == got][0]
    assert (lot["on_shelf"], lot["difference"], lot["closes"]) == (3, 0, True), lot
    table = people["nurse"].get("/stock/export").json
    assert "\"'=2+5\"" in table["csv"] and "\"=2+5\"" not in table["csv"], table["csv"]


def expired_lots(c, people):
    """an expired lot does not come into the cupboard"""
    ready(c, people)
    lot = {**TEN, "batch": "OLD", "expiry": "2020-01-31", "vials": 1}
    refused(people["nurse"].post("/stock/receive", lot), "invalid", "expired", "2020-01-31")


def records_stay_closed(c, people):
    """vials of an order of somebody else's patient are not moved without care"""
    ready(c, people)
    other = c.person("physician2")
    patient = patient_of_both(people)
    order = signed_by_two(people, patient, plan=plan(people, patient), **TEN, **SALINE)
    lot = receive(people, "CARE")
    refused(other.post("/stock/issue", {"lot": lot, "order": order, "vials": 1}), "break_glass_needed")


if __name__ == "__main__":
    clinic.run([limits_are_stated, two_people_sign, rests_on_facts, old_weight, drugs_are_never_mixed, not_by_pump, medicines_beside, choices_hold, sessions_of_a_plan,
                soft_limits_need_a_reason, emergency, every_step_is_read_back, a_programme_for_a_level_is_ordered, an_order_is_for_its_day, no_second_order_on_a_day,
                consent_and_facts_hold_to_the_end, the_checker_is_a_third_party, accident_strong_vial, accident_tenfold, accident_five_times,
                accident_ketoprofen, the_ledger_closes, expired_lots, records_stay_closed])
