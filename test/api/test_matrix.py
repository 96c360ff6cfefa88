#!/usr/bin/env python3
"""Every route x every role, signed in and out, own and other patient. Who may is written down here by hand, apart from
the program's table; the routes come from the OpenAPI document, so that none is forgotten.

A new route: a row of MAY, a body of GOOD that is done; when that cannot be (it would end the test, or needs more than a body), what is
answered instead in ANSWER; a value for a new {part} in PARTS."""
import re

import clinic

P, N, T, R, A = clinic.ROLES
CLINICAL = {P, N, T}
EVERYBODY = set(clinic.ROLES)
# method, path: who may (None: everybody, also signed out), body
PATIENT = "/patients/{patient}"
VISITS, VISIT = PATIENT + "/appointments", PATIENT + "/appointments/{appointment}"
ORDERS, ORDER = PATIENT + "/orders", PATIENT + "/orders/{order}"
MOVES = ("receive", "issue", "give", "waste", "return", "count", "moves/{number}/sign")
VIAL = {"drug": "ketamine", "strength_mg_per_ml": 10, "vial_ml": 20}
LIMITS = {"sbp_twice_mmhg": 180, "dbp_twice_mmhg": 110, "sbp_once_mmhg": 200, "dbp_once_mmhg": 120, "hr_high_per_min": 120,
          "spo2_low_pct": 92, "rr_low_per_min": 8, "hr_low_per_min": 45, "sbp_low_mmhg": 90}
MAY = {
    ("get", "/"): None, ("get", "/healthz"): None, ("get", "/api/v1/openapi.json"): None,
    ("post", "/api/v1/sign-in"): None, ("post", "/api/v1/sign-in/code"): None, ("post", "/api/v1/sign-in/demo"): None,
    ("post", "/api/v1/sign-out"): EVERYBODY, ("post", "/api/v1/sign-out/everywhere"): EVERYBODY,
    ("post", "/api/v1/confirm"): EVERYBODY, ("get", "/api/v1/me"): EVERYBODY, ("post", "/api/v1/me/password"): EVERYBODY,
    ("get", "/api/v1/users"): {A}, ("post", "/api/v1/users"): {A}, ("post", "/api/v1/users/{name}/disable"): {A},
    ("post", "/api/v1/users/{name}/reset"): {A}, ("get", "/api/v1/audit"): {A},
    ("get", "/api/v1/store"): {A}, ("post", "/api/v1/store/check"): {A}, ("post", "/api/v1/store/backups"): {A},
    ("post", "/api/v1/patients"): {P, N}, ("post", "/api/v1/patients/search"): CLINICAL,
    ("get", "/api/v1" + PATIENT): CLINICAL, ("patch", "/api/v1" + PATIENT): {P, N},
    ("get", "/api/v1" + PATIENT + "/history"): CLINICAL, ("post", "/api/v1" + PATIENT + "/care"): {P, N},
    ("post", "/api/v1" + PATIENT + "/erase"): {P},
    ("post", "/api/v1" + PATIENT + "/break-glass"): {P, N}, ("get", "/api/v1" + PATIENT + "/assessments"): CLINICAL,
    ("post", "/api/v1" + PATIENT + "/assessments"): {P, N}, ("post", "/api/v1" + PATIENT + "/plan"): {P, N},
    ("get", "/api/v1" + PATIENT + "/diary"): CLINICAL, ("post", "/api/v1" + PATIENT + "/diary"): CLINICAL,
    ("get", "/api/v1" + PATIENT + "/levels"): CLINICAL, ("post", "/api/v1" + PATIENT + "/levels"): {P, N},
    ("post", "/api/v1" + PATIENT + "/levels/{level}/withdraw"): {P, N},
    ("get", "/api/v1" + PATIENT + "/plans"): CLINICAL, ("post", "/api/v1" + PATIENT + "/plans"): {P, N},
    ("get", "/api/v1" + PATIENT + "/plans/{plan}"): CLINICAL, ("post", "/api/v1" + PATIENT + "/plans/{plan}/consent"): {P, N},
    ("get", "/api/v1" + PATIENT + "/timeline"): CLINICAL, ("get", "/api/v1" + PATIENT + "/progress"): CLINICAL,
    ("get", "/api/v1/record-form"): CLINICAL, ("post", "/api/v1" + PATIENT + "/assessments/preview"): {P, N},
    ("get", "/api/v1" + PATIENT + "/consents"): CLINICAL, ("post", "/api/v1" + PATIENT + "/plans/preview"): {P, N},
    ("post", "/api/v1" + PATIENT + "/plans/programme"): {P, N},
    ("get", "/api/v1/protocols"): CLINICAL, ("get", "/api/v1" + PATIENT + "/plans/{plan}/sheet"): CLINICAL,
    ("get", "/api/v1/instruments"): CLINICAL, ("post", "/api/v1/instruments/score"): CLINICAL,
    ("get", "/api/v1" + PATIENT + "/scores"): CLINICAL, ("post", "/api/v1" + PATIENT + "/scores"): CLINICAL,
    ("post", "/api/v1" + PATIENT + "/findings/{finding}/answer"): {P}, ("get", "/api/v1/findings"): CLINICAL,
    ("get", "/api/v1/today"): CLINICAL, ("get", "/api/v1/chairs"): CLINICAL | {A}, ("post", "/api/v1/chairs"): {A}, ("get", "/api/v1/staff"): CLINICAL,
    ("get", "/api/v1/appointments"): CLINICAL, ("get", "/api/v1" + VISITS): CLINICAL, ("post", "/api/v1" + VISITS): CLINICAL,
    ("post", "/api/v1" + VISITS + "/slots"): CLINICAL, ("post", "/api/v1" + VISIT + "/change"): CLINICAL,
    ("post", "/api/v1" + VISIT + "/cancel"): CLINICAL, ("post", "/api/v1" + VISIT + "/came"): CLINICAL,
    ("get", "/api/v1/register"): CLINICAL, ("post", "/api/v1/register"): CLINICAL,
    ("get", "/api/v1/register/words"): CLINICAL, ("get", "/api/v1/register/counts"): CLINICAL,
    ("get", "/api/v1/register/export"): {P}, ("get", "/api/v1/register/{entry}"): CLINICAL,
    ("post", "/api/v1/register/{entry}/amend"): CLINICAL,
    ("get", "/api/v1/profile"): CLINICAL, ("post", "/api/v1/profile"): {P}, ("get", "/api/v1/orders/choices"): {P, N},
    ("get", "/api/v1" + ORDERS): CLINICAL, ("post", "/api/v1" + ORDERS): {P}, ("post", "/api/v1" + ORDERS + "/prepare"): {P},
    ("get", "/api/v1" + ORDER): CLINICAL, ("post", "/api/v1" + ORDER + "/sign"): {P},
    ("get", "/api/v1" + ORDER + "/bedside"): CLINICAL, ("post", "/api/v1" + ORDER + "/bedside"): {P, N},
    ("post", "/api/v1" + ORDER + "/bedside/suppose"): {P, N}, ("get", "/api/v1/ward"): CLINICAL, ("get", "/api/v1/alarms"): {P, N, A},
    ("post", "/api/v1" + ORDER + "/devices"): {P, N}, ("post", "/api/v1" + ORDER + "/devices/unbind"): {P, N},
    ("get", "/api/v1/devices"): CLINICAL,
    ("get", "/api/v1" + ORDER + "/readings"): CLINICAL, ("post", "/api/v1" + ORDER + "/readings"): CLINICAL,
    ("post", "/api/v1" + ORDER + "/readings/{reading}/mark"): {P, N}, ("post", "/api/v1" + ORDER + "/alarms"): {P, N},
    ("post", "/api/v1" + ORDER + "/scores"): CLINICAL, ("post", "/api/v1" + ORDER + "/recovery"): CLINICAL,
    ("get", "/api/v1" + ORDER + "/bedside/now"): CLINICAL, ("get", "/api/v1" + ORDER + "/bedside/forecasts"): CLINICAL,
    ("get", "/api/v1" + ORDER + "/flowsheet"): CLINICAL, ("get", "/api/v1" + ORDER + "/instructions"): CLINICAL,
    ("get", "/api/v1" + ORDER + "/call"): CLINICAL, ("post", "/api/v1" + ORDER + "/call"): CLINICAL,
    ("post", "/api/v1" + ORDER + "/call/plan"): CLINICAL,
    ("post", "/api/v1" + ORDER + "/remarks"): CLINICAL, ("post", "/api/v1" + ORDER + "/medicines"): {P, N},
    ("get", "/api/v1" + ORDER + "/notes"): CLINICAL, ("post", "/api/v1" + ORDER + "/notes"): {P, T},
    ("post", "/api/v1" + ORDER + "/start"): {P, N}, ("post", "/api/v1" + ORDER + "/start/override"): {P},
    ("get", "/api/v1" + ORDER + "/bedside/changes"): CLINICAL, ("get", "/api/v1/ward/changes"): CLINICAL,
    ("post", "/api/v1" + ORDER + "/check"): {P, N}, ("post", "/api/v1" + ORDER + "/cancel"): {P, N},
    ("get", "/api/v1/stock"): {P, N}, ("get", "/api/v1/stock/moves"): {P, N}, ("get", "/api/v1/stock/export"): {P, N},
    **{("post", "/api/v1/stock/" + move): {P, N} for move in MOVES},
    ("get", "/api/v1/research/patients"): {R},
}
GOOD = {  # bodies that are done, for those who may
    "/api/v1/patients": {"identity": {"family_name": "Neu"}}, "/api/v1/patients/search": {"name": "Mus"},
    "/api/v1" + PATIENT + "/care": {"name": "therapist"}, "/api/v1" + PATIENT + "/diary": {"date": "2026-01-02", "pain_nrs": 4},
    "/api/v1" + PATIENT + "/levels": {"date": "2126-01-02", "time": "10:30", "substance": "esketamine_ng_per_ml", "value": 80},
    "/api/v1" + PATIENT + "/levels/{level}/withdraw": {"why": "sample of somebody else"},
    "/api/v1" + PATIENT + "/plan": {"subjects": 20}, "/api/v1" + PATIENT + "/plans": {"subjects": 20},
    "/api/v1" + PATIENT + "/plans/preview": {"subjects": 20, "regimens": {"a": {}}},
    "/api/v1" + PATIENT + "/plans/programme": {"target": "100 ng/mL esketamine over 30 min", "hours": 4},
    "/api/v1" + PATIENT + "/plans/{plan}/consent": {"sheet_version": "0" * 64, "language": "en", "decision": "agreed",
                                                   "off_label": "explained"},
    "/api/v1/users/{name}/disable": {"why": "left the clinic"}, "/api/v1/chairs": {"name": "A", "state": "open"},
    "/api/v1" + VISITS: {"start": ["2126-01-01T09:00"], "chair": ["none of this name"], "minutes": 60},
    "/api/v1" + VISITS + "/slots": {"from": "2126-01-01", "visits": 3, "minutes": 60},
    "/api/v1" + VISIT + "/change": {"chair": "A", "why": "nearer to the window"},
    "/api/v1/register": {"kind": "near_miss", "word": "label", "severity": "none", "what_happened": "no label"},
    "/api/v1/register/{entry}/amend": {"state": "closed", "why": "talked over"},
    "/api/v1" + VISIT + "/cancel": {"why": "has a cold"}, "/api/v1" + VISIT + "/came": {"came": "arrived"},
    "/api/v1/instruments/score": {"instrument": "nrs", "answers": {"1": 4}},
    "/api/v1" + PATIENT + "/scores": {"instrument": "nrs", "answers": {"1": 4}},
    "/api/v1" + PATIENT + "/findings/{finding}/answer": {"done": "spoke with the patient"},
    "/api/v1/profile": {"name": "Limits of the house", "values": LIMITS},
    "/api/v1" + ORDERS + "/prepare": {**VIAL, "plan": 1}, "/api/v1" + ORDERS: {**VIAL, "plan": 1, "total_mg": 98},
    "/api/v1" + ORDER + "/call": {"reached": "no"}, "/api/v1" + ORDER + "/call/plan": {"day": "2126-01-02", "why": "works until then"},
    "/api/v1" + ORDER + "/bedside": {"event": "paused"}, "/api/v1" + ORDER + "/bedside/suppose": {"event": "paused"},
    "/api/v1" + ORDER + "/devices": {"device": "MON1"}, "/api/v1" + ORDER + "/devices/unbind": {"device": "MON1"},
    "/api/v1" + ORDER + "/readings": {"values": {"sbp_mmhg": 124}}, "/api/v1" + ORDER + "/alarms": {"alarm": "restarted", "do": "acknowledge"},
    "/api/v1" + ORDER + "/remarks": {"what": "said", "text": "feels well"},
    "/api/v1" + ORDER + "/medicines": {"name": "midazolam", "dose_mg": 1},
    "/api/v1" + ORDER + "/notes": {"phase": "preparation", "text": "what is hoped for"},
    "/api/v1" + ORDER + "/start": {"escort": "A. Neighbour"},
    "/api/v1" + ORDER + "/start/override": {"gate": "pressure", "why": "cannot wait until tomorrow"},
    "/api/v1" + ORDER + "/recovery": {"gait": "yes"}, "/api/v1" + ORDER + "/scores": {"what": "sedation", "value": 5},
    "/api/v1" + ORDER + "/readings/{reading}/mark": {"sign": "sbp_mmhg", "artefact": "yes", "why": "the cuff had slipped"},
    "/api/v1" + ORDER + "/check": {**VIAL, "total_mg": 98}, "/api/v1" + ORDER + "/cancel": {"why": "changed their mind"},
    "/api/v1/stock/receive": {**VIAL, "batch": "A1", "expiry": "2030-01-31", "vials": 1},
    "/api/v1/stock/issue": {"lot": 1, "order": 1, "vials": 1}, "/api/v1/stock/give": {"issue": 1, "amount_mg": 1},
    "/api/v1/stock/waste": {"lot": 1, "vials": 1}, "/api/v1/stock/return": {"issue": 1, "vials": 1},
    "/api/v1/stock/count": {"lot": 1, "vials": 0}, "/api/v1/stock/moves/{number}/sign": {"answer": "agreed"},
}
V1 = "/api/v1"
# What those who may are answered on their own patient when it is not 200: 422 for a body that is not in GOOD and not empty either.
ANSWER = {
    ("post", V1 + "/confirm"): 422, ("post", V1 + "/me/password"): 422, ("post", V1 + "/users"): 422,
    ("post", V1 + "/users/{name}/reset"): 422, ("post", V1 + "/users/{name}/disable"): 404,  # there is nobody of the name
    ("post", V1 + "/store/backups"): 409,  # no folder was given
    ("patch", V1 + PATIENT): 422, ("post", V1 + PATIENT + "/break-glass"): 422, ("post", V1 + PATIENT + "/erase"): 422,
    ("post", V1 + PATIENT + "/plans/{plan}/consent"): 422,
    ("post", V1 + PATIENT + "/levels"): 422,  # in a hundred years
    ("post", V1 + PATIENT + "/levels/{level}/withdraw"): 404,  # the fact is no level
    ("post", V1 + PATIENT + "/findings/{finding}/answer"): 409,  # the fact is no finding
    ("post", V1 + VISITS): 422, ("post", V1 + VISITS + "/slots"): 422,  # in a hundred years
    ("post", V1 + VISIT + "/change"): 404, ("post", V1 + VISIT + "/cancel"): 404, ("post", V1 + VISIT + "/came"): 404,
    ("post", V1 + ORDER + "/devices"): 404, ("post", V1 + ORDER + "/devices/unbind"): 404,
    ("get", V1 + ORDER + "/readings"): 404, ("post", V1 + ORDER + "/readings"): 404,
    ("get", V1 + ORDER + "/bedside/now"): 404, ("get", V1 + ORDER + "/bedside/forecasts"): 404, ("get", V1 + ORDER + "/flowsheet"): 404,
    ("get", V1 + ORDER + "/instructions"): 404, ("get", V1 + ORDER + "/call"): 404, ("post", V1 + ORDER + "/call"): 404,
    ("post", V1 + ORDER + "/call/plan"): 404,
    ("post", V1 + ORDER + "/scores"): 404, ("post", V1 + ORDER + "/recovery"): 404, ("post", V1 + ORDER + "/medicines"): 404, ("post", V1 + ORDER + "/remarks"): 404,
    ("get", V1 + ORDER + "/notes"): 404, ("post", V1 + ORDER + "/notes"): 404,
    ("post", V1 + ORDER + "/start"): 404, ("post", V1 + ORDER + "/start/override"): 404,
    ("post", V1 + ORDER + "/readings/{reading}/mark"): 404, ("post", V1 + ORDER + "/alarms"): 404,
    ("get", V1 + ORDER): 404, ("get", V1 + ORDER + "/bedside"): 404, ("get", V1 + ORDER + "/bedside/changes"): 404,
    ("post", V1 + ORDER + "/bedside"): 404, ("post", V1 + ORDER + "/bedside/suppose"): 404,
    **{("post", V1 + ORDER + end): 404 for end in ("/sign", "/check", "/cancel")},
    ("post", V1 + ORDERS): 404, ("post", V1 + ORDERS + "/prepare"): 404,  # there is no plan 1
    **{("post", V1 + "/stock/" + move): 404 for move in MOVES if move != "receive"},
    ("get", V1 + "/register/{entry}"): 404, ("post", V1 + "/register/{entry}/amend"): 404,
}
WORD = {404: "not_found", 409: "conflict", 422: "invalid"}
ENDS_SESSION = {V1 + "/sign-out", V1 + "/sign-out/everywhere"}
# Bodies with which a use case is refused on somebody else's patient for that reason alone, where GOOD must not be one.
FOR_OTHER = {
    V1 + PATIENT + "/levels": {"date": "2026-01-02", "time": "10:30", "substance": "esketamine_ng_per_ml", "value": 80},
    V1 + PATIENT: {"why": "slip of the pen"}, V1 + PATIENT + "/erase": {"why": "request of the person, art. 17 GDPR"},
}
OPENS_OTHER = {V1 + PATIENT + "/break-glass"}
# Open to somebody who must change the password first.
FIRST = {V1 + "/me", V1 + "/me/password", V1 + "/sign-out", V1 + "/sign-out/everywhere"}


def listed(c):
    document = clinic.Person(c).get("/openapi.json").json
    return {(method, path) for path, item in document["paths"].items() for method in item}


PARTS = {"{name}": "nobody-of-this-name", "{plan}": "1", "{finding}": "1", "{level}": "1", "{reading}": "1", "{appointment}": "1", "{order}": "1", "{number}": "1",
         "{entry}": "1"}  # roles_on_own puts a plan of its patient here


def place(path, patient):
    for part, value in {**PARTS, "{patient}": patient}.items():
        path = path.replace(part, value)
    return path


def ask(person, method, path, patient, body=None):
    headers = {"If-Match": '"1-1"'} if method == "patch" else None
    body = None if method == "get" else GOOD.get(path, {}) if body is None else body
    return person.ask(method.upper(), "raw:" + place(path, patient), body, headers=headers)


def every_route_is_listed(c, people):
    """the program has the routes of this table and no other"""
    assert listed(c) == set(MAY), listed(c) ^ set(MAY)


def signed_out(c, people):
    """signed out, every route but the open ones answers 401 and nothing else"""
    patient = clinic.new_patient(people[P])
    for (method, path), may in MAY.items():
        if may is None:
            continue
        answer = ask(clinic.Person(c), method, path, patient)
        assert (answer.status, answer.code) == (401, "sign_in_needed"), (method, path, answer.status, answer.text)


def stranger_token(c, people):
    """a made-up token is no session"""
    person = clinic.Person(c)
    person.cookie, person.csrf = "respite=" + "ab" * 32, "cd" * 32
    assert person.get("/me").status == 401


def roles_on_own(c, people):
    """signed in, every route answers those who may, and 403 to those who may not, on a patient whom all care for"""
    patient = clinic.new_patient(people[P])
    for role in (N, T):
        assert people[P].post(f"/patients/{patient}/care", {"name": role}).status == 200
    kept = people[P].post(f"/patients/{patient}/plans", {"subjects": 20})
    assert kept.status == 200, kept.text
    PARTS["{plan}"] = str(kept.json["plan"])
    for role in clinic.ROLES:
        for (method, path), may in MAY.items():
            if may is None or path in ENDS_SESSION:
                continue
            answer = ask(people[role], method, path, patient)
            where = (role, method, path, answer.status, answer.text[:200])
            if role not in may:
                assert (answer.status, answer.code) == (403, "forbidden"), where
            else:
                expected = ANSWER.get((method, path), 200)
                assert (answer.status, answer.code) == (expected, WORD.get(expected)), where


def roles_on_other(c, people):
    """a patient of somebody else is closed to those who may in general, whatever the route"""
    other = c.person("physician2")
    patient = clinic.new_patient(other)
    for role in clinic.ROLES:
        for (method, path), may in MAY.items():
            if "{patient}" not in path or path in OPENS_OTHER:
                continue
            answer = ask(people[role], method, path, patient, FOR_OTHER.get(path))
            expected = "break_glass_needed" if role in may else "forbidden"
            assert (answer.status, answer.code) == (403, expected), (role, method, path, answer.status, answer.text[:200])


def every_row_is_of_a_route(c, people):
    """what is said of a route is said of one that there is, and every patient's route was tried on own and other"""
    paths = {path for _, path in MAY}
    assert set(GOOD) | set(FOR_OTHER) | OPENS_OTHER | FIRST | ENDS_SESSION <= paths
    assert set(ANSWER) <= set(MAY)
    parts = {part for path in paths for part in re.findall(r"{[^}]*}", path)}
    assert parts <= set(PARTS) | {"{patient}"}, parts


def must_change(c, people):
    """with a password that somebody else gave, every route but those of one's own account answers 403 and the reason"""
    patient = clinic.new_patient(people[P])
    for role in (P, N, T, R):
        name = "new-" + role
        made = people[A].post("/users", {"name": name, "roles": [role], "password": clinic.PASSWORD})
        assert made.status == 200, made.text
        c.secrets[name] = made.json["totp_secret"]
        person = c.person(name)
        for (method, path), may in MAY.items():
            if may is None or path in FIRST:
                continue
            answer = ask(person, method, path, patient)
            expected = "password_change_needed" if role in may else "forbidden"
            assert (answer.status, answer.code) == (403, expected), (role, method, path, answer.status, answer.text[:200])


def refusals_are_audited(c, people):
    """every refusal of somebody who is signed in stands in the audit"""
    facts, after = [], None
    while True:
        page = people[A].get("/audit?limit=200" + (f"&after={after}" if after else "")).json
        facts += page["facts"]
        after = page["next"]
        if after is None:
            break
    denied = {(f["who"], f["use_case"]) for f in facts if f.get("outcome") == "forbidden"}
    for role in clinic.ROLES:
        n = sum(1 for may in MAY.values() if may is not None and role not in may)
        assert len({case for who, case in denied if who == role}) == n, (role, n, denied)
    glass = {f["person"] for f in facts if f.get("outcome") == "break_glass_needed"}
    assert len(glass) == 1, glass
    assert "Muster" not in str(facts) and "Neu" not in str(facts)


if __name__ == "__main__":
    clinic.run([every_route_is_listed, every_row_is_of_a_route, signed_out, stranger_token, roles_on_own, roles_on_other, must_change, refusals_are_audited])
