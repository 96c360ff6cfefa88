#!/usr/bin/env python3
"""The session at the bedside: what may happen when, what was given, what is expected of it, and what an event would bring."""
import base64
import bisect
import hashlib
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time

import clinic
import test_orders as ordering

def ready(c, people, support=None, **plan):
    """A patient with an order of today whose vials were issued; the path of the session, and the order."""
    ordering.ready(c, people)
    patient = ordering.patient_of_both(people)
    number = ordering.plan(people, patient, **plan)
    order = ordering.signed_by_two(people, patient, plan=number, **ordering.TEN, **ordering.SALINE, **({"support": support} if support else {}))
    lot = ordering.receive(people, f"B-{patient[:8]}", vials=30, **ordering.TEN)
    vials = people["nurse"].get(f"/patients/{patient}/orders/{order}").json["vials"]
    ordering.enter(people, "issue", {"lot": lot, "vials": vials, "order": order})
    may_start(people, f"/patients/{patient}/orders/{order}/start")
    return f"/patients/{patient}/orders/{order}/bedside", people["nurse"].get(f"/patients/{patient}/orders/{order}").json


def may_start(people, path):
    """What is asked before the start; that no pressure was measured is overridden."""
    answers = {"ate": "2026-01-01T18:00", "drank": "2026-01-01T18:00", "escort": "A. Neighbour"}
    assert people["nurse"].post(path, answers).status == 200
    answer = people["physician"].post(path + "/override", {"gate": "pressure", "why": "measured on the ward a moment ago"})
    assert answer.status == 200, answer.text


def session(person, path):
    answer = person.get(path + "/now")
    assert answer.status == 200 and "forecast" not in answer.json, answer.text
    return answer.json["session"]


def say(person, path, event, **more):
    return person.post(path, {"event": event, **more})


def said(person, path, event, **more):
    answer = say(person, path, event, **more)
    assert answer.status == 200, (event, answer.text)
    return answer.json["event"]


def goes_home(person, path):
    """The discharge, with a reason for whatever is not met."""
    criteria = person.get(path).json["recovery"]["criteria"]
    return said(person, path, "discharged", reasons={row["id"]: "goes against advice" for row in criteria if row["state"] != "met"})


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
    ordering.refused(say(nurse, path, "given", amount_mg=5, why="asked for by telephone"), "gate_closed", "no vial was issued")
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
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=2000), "gate_closed", "above the limit")  # no reason is asked for
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=rate, at="2126-01-01T09:00"), "invalid", "future")
    ordering.refused(say(nurse, path, "started", rate_ml_per_h=rate, at="2026-01-01T09:00"), "invalid", "check")
    assert session(nurse, path)["events"] == [] and session(nurse, path)["state"] == "checked"
    started = said(nurse, path, "started", rate_ml_per_h=rate)
    assert say(nurse, path, "started", rate_ml_per_h=rate).status == 422
    ordering.refused(say(nurse, path, "given", amount_mg=30), "gate_closed", "mg/kg, above the limit of 0.35 mg/kg")
    ordering.refused(say(nurse, path, "rate", rate_ml_per_h=10 * rate, why="asked for"), "conflict", "eight times or more")
    ordering.refused(say(nurse, path, "rate", rate_ml_per_h=rate / 10, again=rate), "conflict", "an eighth or less")
    slow = said(nurse, path, "rate", rate_ml_per_h=rate / 10, again=rate / 10)
    said(nurse, path, "undone", replaces=slow, why="only a test of slips")
    ordering.refused(say(nurse, path, "paused", seen=0), "conflict", "meanwhile")
    ordering.refused(say(nurse, path, "undone", replaces=started), "invalid", "why")
    ordering.refused(say(nurse, path, "undone", replaces=started + 1000, why="a slip of the hand"), "invalid", "event")
    assert {"paused", "rate", "stopped"} <= set(session(nurse, path)["possible"])
    assert people["therapist"].post(path, {"event": "paused"}).status == 403


def value_at(times, values, wanted):
    """on straight lines between moments"""
    i = min(max(bisect.bisect_left(times, wanted), 1), len(times) - 1)
    return values[i - 1] + (values[i] - values[i - 1]) * (wanted - times[i - 1]) / (times[i] - times[i - 1])


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
            there = [value_at(theirs["time_min"], theirs["p50"], minute) for minute in mine["time_min"]]  # its moments are others once seconds have passed
            assert max(abs(a - b) for a, b in zip(mine["p50"], there)) <= 0.02 * max(theirs["p50"]), (curve, list(zip(mine["time_min"], mine["p50"], there))[::12])


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
    ordering.refused(say(nurse, path, "discharged"), "gate_closed", "not ready to go home: vitals")
    home = goes_home(nurse, path)
    assert all(s["number"] != order["number"] for s in nurse.get("/ward").json["sessions"])
    said(nurse, path, "undone", replaces=home, why="fainted at the door")
    assert any(s["number"] == order["number"] for s in nurse.get("/ward").json["sessions"])


class Stream(threading.Thread):
    """What the server says of a path, as it comes: (event, data) with the moment."""

    def __init__(self, c, person, path):
        super().__init__(daemon=True)
        self.said, self.ended = [], threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", c.port, timeout=10)
        self.connection.request("GET", "/api/v1" + path, headers={"Cookie": person.cookie, "Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream", self.answer.status
        self.start()

    def run(self):
        event = None
        try:
            for line in self.answer:
                name, _, value = line.decode().rstrip().partition(": ")
                event = value if name == "event" else event
                if name == "data":
                    self.said.append((event, json.loads(value), time.monotonic()))
        except (OSError, AttributeError, ValueError):  # closed under its hands
            pass
        self.ended.set()

    def close(self):
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        assert self.ended.wait(5)

    def wait(self, event, n, seconds):
        """The moment at which the n-th of these events was there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            times = [at for name, _, at in self.said if name == event]
            if len(times) >= n:
                return times[n - 1]
            time.sleep(0.01)
        raise AssertionError((event, n, self.said))


def told_at_once(c, people):
    """two screens that watch a session hear of an event, others do not; the ward hears of all; each hears the server every second"""
    nurse, physician = people["nurse"], people["physician"]
    path, order = ready(c, people)
    other, _ = ready(c, people)
    time.sleep(1)  # what was entered until now is told to nobody who comes later
    streams = [Stream(c, nurse, path + "/changes"), Stream(c, physician, path + "/changes"), Stream(c, nurse, "/ward/changes")]
    quiet = Stream(c, nurse, other + "/changes")
    for stream in [*streams, quiet]:
        stream.wait("change", 1, 5)  # what one reads on opening
    number = said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    for stream in streams:
        stream.wait("change", 2, 20)
        told = [data["number"] for name, data, _ in stream.said if name == "change"][-1]
        assert told >= number, stream.said  # or the newest of what came with it
    for stream in [*streams, quiet]:
        stream.wait("tick", 3, 20)
    assert len([1 for name, _, _ in quiet.said if name == "change"]) == 1, quiet.said
    text = json.dumps([s.said for s in streams])
    assert "Muster" not in text and path.split("/")[2] not in text, "a stream names nobody"
    for stream in [*streams, quiet]:
        stream.close()


def an_alarm_is_told(c, people):
    """a value beyond the limit is an alarm within two ticks, whoever watches hears of it, and an answer silences it"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    readings, alarms = path.replace("/bedside", "/readings"), path.replace("/bedside", "/alarms")
    assert nurse.get(path).json["watch"] is None
    assert nurse.post(readings, {"values": {"sbp_mmhg": 124, "dbp_mmhg": 78, "spo2_pct": 98}}).status == 200
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    stream = Stream(c, people["physician"], path + "/changes")
    stream.wait("change", 1, 5)
    assert nurse.post(readings, {"values": {"sbp_mmhg": 205, "dbp_mmhg": 95}}).status == 200
    heard = 2
    while not any(a["id"] == "sbp_once_mmhg" for a in people["physician"].get(path).json["watch"]["alarms"]):
        stream.wait("change", heard, 20)  # the value, and what it raised; nothing else is asked
        heard += 1
    watch = people["physician"].get(path).json["watch"]
    assert watch["values"]["sbp_mmhg"]["value"] == 205 and watch["values"]["sbp_mmhg"]["baseline"] == 124, watch["values"]
    high = [a for a in watch["alarms"] if a["id"] == "sbp_once_mmhg"]
    assert high and high[0]["priority"] == "high" and high[0]["sounds"], watch["alarms"]
    on_ward = [s for s in nurse.get("/ward").json["sessions"] if s["number"] == order["number"]]
    assert on_ward[0]["alarms"][0]["id"] == "sbp_once_mmhg", on_ward
    assert people["therapist"].post(alarms, {"alarm": "sbp_once_mmhg", "do": "acknowledge"}).status == 403
    assert nurse.post(alarms, {"alarm": "sbp_once_mmhg", "do": "pause", "duration_s": 3600}).status == 422
    assert nurse.post(alarms, {"alarm": "hr_high_per_min", "do": "acknowledge"}).status == 409, "it is not on"
    assert nurse.post(alarms, {"alarm": "hr_high_per_min", "do": "announced"}).status == 200, "a screen may tell of what ended meanwhile"
    assert nurse.post(alarms, {"alarm": "sbp_once_mmhg", "do": "acknowledge"}).status == 200
    while [a for a in people["physician"].get(path).json["watch"]["alarms"] if a["id"] == "sbp_once_mmhg"][0]["sounds"]:
        stream.wait("change", heard, 20)
        heard += 1
    seen = [a for a in people["physician"].get(path).json["watch"]["alarms"] if a["id"] == "sbp_once_mmhg"][0]
    assert not seen["sounds"] and seen["acknowledged_by"] == "nurse" and seen["silent_until_s"], seen
    stream.close()


def what_is_due(c, people):
    """what is due next stands with the session and on the ward; a score puts it off, and one outside of its scale is refused"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    scores = path.replace("/bedside", "/scores")
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    shown = nurse.get(path).json
    due = {row["task"]: row for row in shown["watch"]["due"]}
    scale = {row["id"]: row for row in shown["scales"]}
    begun = shown["session"]["begun_s"]
    assert due["pressure"]["due_s"] == begun + 600 and not due["pressure"]["overdue"] and due["pressure"]["source"], due
    assert scale["sedation"]["high"] == 5 and scale["line"]["high"] is None, scale
    ordering.refused(nurse.post(scores, {"what": "sedation", "value": 6}), "invalid", "from 0 to 5")
    ordering.refused(nurse.post(scores, {"what": "line", "value": 1}), "invalid", "no number")
    assert people["therapist"].post(scores, {"what": "pain", "value": 1}).status == 403, "not in their care"
    assert nurse.post(scores, {"what": "sedation", "value": 4}).status == 200
    on_ward = [s for s in nurse.get("/ward").json["sessions"] if s["number"] == order["number"]][0]
    put_off = [row for row in on_ward["due"] if row["task"] == "sedation"][0]
    assert put_off["due_s"] >= due["sedation"]["due_s"] and put_off["last_s"] >= begun, put_off
    assert [(s["what"], s["value"]) for s in nurse.get(path).json["scores"]] == [("sedation", 4)]


def going_home(c, people):
    """what is asked before going home stands with its sources; who may not enter it is refused; the discharge keeps what was overridden"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    recovery = path.replace("/bedside", "/recovery")
    assert nurse.get(path).json["recovery"] is None, "nothing was given"
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    said(nurse, path, "stopped")
    said(nurse, path, "recovering")
    assert people["therapist"].post(recovery, {"gait": "yes"}).status == 403, "not in their care"
    ordering.refused(nurse.post(recovery, {}), "invalid", "answer")
    ordering.refused(nurse.post(recovery, {"aldrete": {"mood": 2}}), "invalid", "no item")
    ordering.refused(nurse.post(recovery, {"aldrete": {"activity": 3}}), "invalid", "0 to 2")
    assert nurse.post(recovery, {"orientation": "yes", "gait": "no", "escort": "A. Neighbour"}).status == 200
    shown = nurse.get(path).json["recovery"]
    state = {row["id"]: row["state"] for row in shown["criteria"]}
    assert state["orientation"] == "met" and state["gait"] == "not_met" and state["time"] == "not_met", state
    assert all(row["source"] for row in shown["criteria"]) and shown["answers"]["gait"]["who"] == "nurse", shown
    ordering.refused(say(nurse, path, "discharged", reasons={"mood": "well"}), "invalid", "no criterion")
    ordering.refused(say(nurse, path, "discharged", reasons={"gait": "wheelchair"}), "gate_closed", "dissociation")
    goes_home(nurse, path)
    after = nurse.get(path).json
    kept = after["session"]["events"][-1]["overridden"]
    assert {row["id"] for row in kept} == {i for i, s in state.items() if s != "met"}, kept
    assert all(row["reason"] == "goes against advice" for row in kept) and after["recovery"] is None, after["recovery"]


def killed(c, people):
    """killed in the middle, the server comes back with the session, its alarm and who saw it, and says that it was away"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    readings, alarms = path.replace("/bedside", "/readings"), path.replace("/bedside", "/alarms")
    assert nurse.post(readings, {"values": {"sbp_mmhg": 124, "dbp_mmhg": 78}}).status == 200
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    assert nurse.post(readings, {"values": {"sbp_mmhg": 205, "dbp_mmhg": 95}}).status == 200

    def shown(person, name):
        rows = person.get(path + "/now").json["watch"]["alarms"]
        return next((row for row in rows if row["id"] == name), None)

    def until(person, name):
        end = time.monotonic() + 20
        while shown(person, name) is None:
            assert time.monotonic() < end, person.get(path + "/now").text
            time.sleep(0.1)
        return shown(person, name)

    onset_s = until(nurse, "sbp_once_mmhg")["onset_s"]
    assert nurse.post(alarms, {"alarm": "sbp_once_mmhg", "do": "acknowledge"}).status == 200
    events = session(nurse, path)["events"]
    time.sleep(1.5)  # the word is obeyed by then
    c.process.kill()
    c.process.wait()
    c.process.stdout.close()
    c.start()
    people.update({name: c.person(name) for name in ("nurse", "physician")})
    nurse = people["nurse"]
    assert until(nurse, "restarted")["sounds"]
    alarm = shown(nurse, "sbp_once_mmhg")
    assert (alarm["onset_s"], alarm["acknowledged_by"], alarm["sounds"]) == (onset_s, "nurse", False), alarm
    assert session(nurse, path)["events"] == events and session(nurse, path)["state"] == "running"


def medicines(c, people):
    """premedication and rescue are entered as ordered, by nurse or physician, and stand with the session"""
    nurse = people["nurse"]
    path, _ = ready(c, people, support={"rescue": [{"name": "midazolam", "dose_mg": 2, "route": "iv", "when": "agitation"}]})
    given = path.replace("/bedside", "/medicines")
    assert people["therapist"].post(given, {"name": "midazolam", "dose_mg": 1}).status == 403
    ordering.refused(nurse.post(given, {"name": "lorazepam", "dose_mg": 1}), "gate_closed", "lorazepam is not ordered", "midazolam 2 mg iv")
    ordering.refused(nurse.post(given, {"name": "midazolam", "dose_mg": 3}), "gate_closed", "2 mg of midazolam are ordered at once")
    assert nurse.post(given, {"name": "midazolam", "dose_mg": 1.5}).status == 200
    ordering.refused(nurse.post(given, {"name": "midazolam", "dose_mg": 1}), "gate_closed", "given already (1.5 mg)")
    row, = nurse.get(path).json["medicines"]
    assert (row["name"], row["use"], row["route"], row["dose_mg"], row["who"]) == ("midazolam", "rescue", "iv", 1.5, "nurse"), row


def plans_rest_on_what_was_given(c, people):
    """once the person is at home, what was given is in the record, and `respite plan` reads it as the same infusion"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    patient = path.split("/")[2]
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    time.sleep(2)  # so that something flows
    said(nurse, path, "stopped")
    said(nurse, path, "recovering")
    before = people["physician"].get(f"/patients/{patient}").json["record"].get("infusions", [])
    goes_home(nurse, path)
    told = people["physician"].get(f"/patients/{patient}").json["record"]
    given, = [one for one in told["infusions"] if one not in before]
    mg = session(nurse, path)["given_mg"]
    assert mg > 0 and abs(float(given["dose"].split(" mg ")[0]) - mg) <= 1e-9 * mg, (given, mg)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump({"age_y": 46, **told}, file)
        file.flush()
        ran = subprocess.run([sys.argv[1], "plan", file.name, "--json", "--subjects", "20"], capture_output=True, text=True)
    assert ran.returncode == 0 and given["dose"] in ran.stdout, (ran.stderr, ran.stdout[:400], given)


def a_stop_ends_the_streams(c, people):
    """a server that is told to stop ends its streams and stops, and whoever watches hears of it at once"""
    stream = Stream(c, people["nurse"], "/ward/changes")
    stream.wait("tick", 1, 10)
    c.stop()
    assert stream.ended.wait(5), "the stream goes on"
    c.start()


def who_may_watch(c, people):
    """a session of somebody else's patient is not watched, nor without a sign-in; who asks for JSON gets it and no stream"""
    path, _ = ready(c, people)
    for person, status in ((people["therapist"], 403), (people["researcher"], 403)):
        connection = http.client.HTTPConnection("127.0.0.1", c.port, timeout=10)
        connection.request("GET", "/api/v1" + path + "/changes", headers={"Cookie": person.cookie, "Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == status and answer.headers["Content-Type"] == "application/json", (person.name, answer.status)
        answer.read()
        connection.close()
    assert people["nurse"].get(path + "/changes").json == {"order": int(path.split("/")[4])}


def printed(c, people):
    """a browser gets the record as a page that needs nothing and runs nothing, a program gets what it is drawn from, others nothing"""
    nurse = people["nurse"]
    path, order = ready(c, people)
    said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    sheet = path.rsplit("/", 1)[0] + "/flowsheet"
    answer = nurse.get(sheet)
    assert answer.status == 200 and answer.json["session"]["order"]["number"] == int(path.split("/")[4]), answer.text
    family = answer.json["identity"]["family_name"]
    page = nurse.get(sheet + "?language=de", headers={"Accept": "text/html,application/xhtml+xml"})
    assert page.status == 200 and page.header("Content-Type") == "text/html; charset=utf-8", page.text[:200]
    assert "(Blutdruck), physician: measured on the ward a moment ago" in page.text, "who let it begin, and why"
    assert page.text.count("<svg ") == 1 and family in page.text and "NICHT ABGESCHLOSSEN" in page.text
    assert page.header("Cache-Control") == "no-store"
    style = page.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.header("Content-Security-Policy")
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy and "script-src" not in policy, policy
    assert "<script" not in page.text and " style=" not in page.text and " on" + "load" not in page.text
    for person, status in ((people["therapist"], 403), (people["researcher"], 403)):
        told = person.get(sheet, headers={"Accept": "text/html"})
        assert told.status == status, (person.name, told.status, told.text[:300])
    ordering.refused(nurse.get(sheet + "?language=fr"), "invalid", "en")


if __name__ == "__main__":
    clinic.run([may_begin, what_may_follow, as_planned, ward, told_at_once, who_may_watch, an_alarm_is_told, what_is_due, going_home, medicines, plans_rest_on_what_was_given, printed, killed, a_stop_ends_the_streams])
