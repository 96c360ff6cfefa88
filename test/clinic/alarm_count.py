#!/usr/bin/env python3
"""Count the alarms of a store again, from its raw facts, and hold the program's statistics against it.

    alarm_count.py ALARM_YEAR N SEED     ALARM_YEAR lives N sessions and asks
"""
import json
import math
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
SIGN = {"sbp_twice_mmhg": "sbp_mmhg", "sbp_once_mmhg": "sbp_mmhg", "sbp_rise_mmhg": "sbp_mmhg", "dbp_twice_mmhg": "dbp_mmhg",
        "dbp_once_mmhg": "dbp_mmhg", "dbp_rise_mmhg": "dbp_mmhg", "hr_high_per_min": "hr_per_min", "spo2_low_pct": "spo2_pct",
        "rr_low_per_min": "rr_per_min", "hr_low_per_min": "hr_per_min", "sbp_low_mmhg": "sbp_mmhg"}
PRIORITY = ["information", "low", "medium", "high"]
ACTS = ["acknowledged", "event", "artefact", "medicine"]


def day(at_s):
    return datetime.fromtimestamp(at_s, ZONE).date().isoformat()


def facts_of(path):
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT number, kind, person, at_us, body FROM fact ORDER BY number").fetchall()
    return [(number, kind, person, at_us / 1e6, json.loads(body)) for number, kind, person, at_us, body in rows]


def sessions_of(facts):
    """Each session with its alarms, events, devices, marks and medicines, by the number of its order."""
    sessions, read_s = {}, {}
    for number, kind, person, at_s, body in facts:
        if kind == "reading":
            read_s[number] = body["at_s"] or at_s
        if kind not in ("alarm_state", "bedside_event", "device_binding", "reading_mark", "bedside_medicine"):
            continue
        session = sessions.setdefault(body["order"], {"person": person, "alarms": {}, "events": {}, "bound": [], "marks": {},
                                                      "given": [], "last": 0.0})
        session["last"] = max(session["last"], at_s)
        if kind == "alarm_state":
            for record in json.loads(body["records"]):
                if record["number"]:
                    session["alarms"][record["number"]] = record
        elif kind == "bedside_event":
            session["events"].pop(body.get("replaces"), None)
            session["events"][number] = body
        elif kind == "device_binding":
            session["bound"].append((at_s, body["device"], body["bound"]))
        elif kind == "reading_mark":
            session["marks"][(body["reading"], body["sign"])] = (body["artefact"], at_s, read_s[body["reading"]])
        elif not body.get("withdrawn"):
            session["given"].append(body["at_s"])
    return sessions


def spans(session, device):
    """[(from, until)] during which a device was bound."""
    found, since = [], None
    for at_s, name, bound in session["bound"]:
        if name == device and since is not None:
            found.append((since, at_s))
            since = None
        if name == device and bound:
            since = at_s
    return found + ([(since, math.inf)] if since is not None else [])


def overlap(session, start, end):
    return max(0.0, min(end, session["end"]) - max(start, session["begin"]))


def complete(session, visits):
    """When it began and ended, its hours, its chair, and what was done about each alarm."""
    events = list(session["events"].values())
    begun = [event["at_s"] for event in events if event["event"] in ("started", "given")]
    if not begun:
        return False
    home = [event["at_s"] for event in events if event["event"] == "discharged"]
    session["begin"], session["end"] = min(begun), home[-1] if home else session["last"]
    everything = session["alarms"].values()
    lost = sum(overlap(session, a["onset_s"], a["raised_s"]) for a in everything if a["id"] == "restarted")
    session["hours"] = (session["end"] - session["begin"] - lost) / 3600
    same_day = [(abs(start - session["begin"]), chair) for person, start, chair, state in visits
                if person == session["person"] and state in ("booked", "arrived") and day(start) == day(session["begin"])]
    session["chair"] = min(same_day)[1] if same_day else ""
    session["list"] = [a for a in everything if session["begin"] <= a["raised_s"] <= session["end"]]
    devices = {name for _, name, _ in session["bound"]}
    for alarm in session["list"]:
        sign = alarm["id"].split(":")[1] if ":" in alarm["id"] else SIGN.get(alarm["id"])
        marks = [(marked, read) for (_, of), (artefact, marked, read) in session["marks"].items() if artefact and of == sign]
        end = alarm["ended_s"] if alarm["ended_s"] is not None else math.inf
        alarm["artefact"] = any(alarm["onset_s"] <= read <= end for _, read in marks)
        acts = {"acknowledged": [alarm["acknowledged_s"]] if alarm["acknowledged_s"] is not None else [],
                "event": [event["at_s"] for event in events if event["event"] != "undone"],
                "artefact": [marked for marked, _ in marks], "medicine": session["given"]}
        alarm["acts"] = {act: min((at for at in times if at >= alarm["raised_s"]), default=math.inf) for act, times in acts.items()}
        alarm["devices"] = {name for name in devices if any(a <= alarm["raised_s"] <= b for a, b in spans(session, name))} or {""}
        alarm["chair"] = session["chair"]
    return True


def quantile(values, q):
    """The least and the greatest of so many lie around the true one with less than 95 %: nothing is said."""
    if 1 - q ** len(values) - (1 - q) ** len(values) < 0.95:
        return None
    ordered, at = sorted(values), q * (len(values) - 1)
    low = math.floor(at)
    return ordered[low] if low + 1 == len(ordered) else ordered[low] * (1 - (at - low)) + ordered[low + 1] * (at - low)


def share(flags):
    return {"n": sum(flags), "of": len(flags), "share": sum(flags) / len(flags) if len(flags) >= 20 else None}


def times(values):
    return {"n": len(values), "median_s": quantile(values, 0.5), "p90_s": quantile(values, 0.9)}


def figures(alarms, hours, within_s, now_s):
    def in_time(alarm, acts):
        return min(alarm["acts"][act] for act in acts) - alarm["raised_s"] <= within_s
    decided = [a for a in alarms if in_time(a, ACTS) or now_s - a["raised_s"] > within_s]
    ended = [a for a in alarms if a["ended_s"] is not None]
    said = [a for a in alarms if a["announced_s"] is not None]
    both = [a for a in said if a["acknowledged_s"] is not None]
    artefacts = share([a["artefact"] for a in alarms])
    return {"alarms": len(alarms), "hours": hours, "per_hour": len(alarms) / hours if hours else None,
            "artefacts_per_hour": artefacts["n"] / hours if hours else None, "acted": share([in_time(a, ACTS) for a in decided]),
            "acts": {act: share([in_time(a, [act]) for a in decided]) for act in ACTS},
            "alone": share([min(a["acts"].values()) > a["ended_s"] for a in ended]), "artefact": artefacts,
            "announced": times([a["announced_s"] - a["onset_s"] for a in said]),
            "acknowledged": times([max(0.0, a["acknowledged_s"] - a["announced_s"]) for a in both]),
            "duration": times([a["ended_s"] - a["onset_s"] for a in ended])}


def count(sessions, asked, now_s):
    inside = [s for s in sessions if asked["from"] <= day(s["begin"]) <= asked["to"]]
    alarms, hours, within_s = [a for s in inside for a in s["list"]], sum(s["hours"] for s in inside), 60 * asked["within_min"]
    groups = {name: defaultdict(list) for name in ("priority", "cause", "device", "chair")}
    for alarm in alarms:
        groups["priority"][PRIORITY[alarm["highest"]]].append(alarm)
        groups["cause"][alarm["id"]].append(alarm)
        groups["chair"][alarm["chair"]].append(alarm)
        for device in alarm["devices"]:
            groups["device"][device].append(alarm)

    def hours_of(name, key):
        if name == "device":
            return sum(overlap(s, a, b) for s in inside for a, b in spans(s, key)) / 3600 if key else None
        return sum(s["hours"] for s in inside if s["chair"] == key) if name == "chair" else hours
    return {"sessions": len(inside), "total": figures(alarms, hours, within_s, now_s),
            "by": {name: {key: figures(of, hours_of(name, key), within_s, now_s) for key, of in rows.items()} for name, rows in groups.items()}}


def differ(where, own, other):
    if isinstance(own, dict):
        for key, value in own.items():
            differ(f"{where}.{key}", value, other[key])
    elif own is None or other is None or isinstance(own, int):
        assert own == other, f"{where}: counted {own}, the program says {other}"
    else:
        assert math.isclose(own, other, rel_tol=1e-6, abs_tol=1e-4), f"{where}: counted {own}, the program says {other}"


def main(program, n, seed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.db"
        subprocess.run([program, path, n, seed], check=True)
        facts = facts_of(path)
        asks = json.loads(Path(f"{path}.json").read_text())
    sessions = sessions_of(facts)
    visits = [(person, body["start_s"], body["chair"], body["state"]) for _, kind, person, _, body in facts if kind == "appointment"]
    whole = [session for session in sessions.values() if complete(session, visits)]
    for ask in asks:
        answer = ask["answer"]
        rows = {name: {row["key"]: row for row in of} for name, of in answer["by"].items()}
        counted = count(whole, ask["asked"], ask["now_s"])
        assert {name: set(of) for name, of in counted["by"].items()} == {name: set(of) for name, of in rows.items()}
        differ("", counted, {**answer, "by": rows})
        for of in answer["by"].values():
            assert [row["alarms"] for row in of] == sorted((row["alarms"] for row in of), reverse=True)
        lines = answer["csv"].splitlines()
        assert len(lines) == 2 + sum(len(of) for of in rows.values()) and len({line.count(",") for line in lines}) == 1
    assert asks[0]["answer"]["total"]["alarms"] > 20, "too little happened to say anything"
    print(f"{len(facts)} facts, {len(whole)} sessions: the same by both counts")


if __name__ == "__main__":
    main(*sys.argv[1:])
