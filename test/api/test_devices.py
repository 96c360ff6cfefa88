#!/usr/bin/env python3
"""Monitors and pumps in the clinic: bound to a session, heard, lost; what cannot be assigned, and what is no message."""
import datetime
import json
import socket
import time

import clinic
import test_bedside as bedside

MONITOR = "0012210000000401^MON1^0012210000000401^EUI-64"
DEVICE = "0012210000000401"


class Wire:
    """A device on the line: messages out, acknowledgements in."""

    def __init__(self, c):
        host, port = c.hl7.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)

    def say(self, text):
        self.socket.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            got = self.socket.recv(65536)
            assert got, "the listener hung up"
            answer += got
        return [line.split("|") for line in answer.strip(b"\x0b\x1c\r").decode().split("\r")]

    def close(self):
        self.socket.close()


def oru(control, *rows, at=None, patient="", device=MONITOR, sender="MONITOR"):
    """An ORU^R01 in the shape of IHE PCD-01; rows are (code, value, unit)."""
    at = at or datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d%H%M%S+0000")
    lines = [f"MSH|^~\\&|{sender}|WARD|RESPITE|CLINIC|{at}||ORU^R01^ORU_R01|{control}|P|2.6", f"PID|||{patient}",
             f"OBR|1|A|B|182777000^monitoring of patient^SNOMED-CT|||{at}"]
    for i, (code, value, unit) in enumerate(rows, 1):
        lines.append(f"OBX|{i}|NM|{code}|1.0.1.{i}|{value}|{unit}|||||R|||{at}||||{device}")
    return "\r".join(lines) + "\r"


HR = "147842^MDC_ECG_HEART_RATE^MDC"
SPO2 = "150456^MDC_PULS_OXIM_SAT_O2^MDC"
SBP, DBP = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "150022^MDC_PRESS_BLD_NONINV_DIA^MDC"
BEAT, PERCENT, MMHG = "264864^MDC_DIM_BEAT_PER_MIN^MDC", "262688^MDC_DIM_PERCENT^MDC", "266016^MDC_DIM_MMHG^MDC"


def ack(answer):
    msa = next(line for line in answer if line[0] == "MSA")
    return msa[1], msa[2]


def watch(person, path):
    return person.get(path).json["watch"]


def bound_and_heard(c, people):
    """what a bound monitor says is the session's, with both times; the same message again is kept once"""
    nurse = people["nurse"]
    path, order = bedside.ready(c, people)
    devices, readings = path.replace("/bedside", "/devices"), path.replace("/bedside", "/readings")
    wire = Wire(c)
    assert ack(wire.say(oru("q1", (HR, 72, BEAT)))) == ("AA", "q1")
    shown = nurse.get("/devices").json
    mine = next(d for d in shown["devices"] if d["device"] == DEVICE)
    assert not mine["bound"] and mine["quarantined"] == 1 and "no session" in mine["why"], mine
    assert "72" in shown["quarantine"][-1]["rows"] and shown["quarantine"][-1]["device"] == DEVICE
    assert nurse.get(path).json["watch"] is None
    assert nurse.post(devices, {"device": DEVICE}).status == 200
    assert nurse.post(devices, {"device": DEVICE}).status == 409
    at = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=3)).strftime("%Y%m%d%H%M%S+0000")
    for _ in range(3):
        assert ack(wire.say(oru("v1", (HR, 74, BEAT), (SPO2, 97, PERCENT), (SBP, 131, MMHG), (DBP, 80, MMHG), at=at))) == ("AA", "v1")
    told = watch(nurse, path)
    assert {k: v["value"] for k, v in told["values"].items()} == {"hr_per_min": 74, "spo2_pct": 97, "sbp_mmhg": 131, "dbp_mmhg": 80}
    assert abs(told["values"]["hr_per_min"]["at_s"] - (time.time() - 3)) < 3 and told["devices"] == 1
    assert nurse.get(readings).json["signs"]["hr_per_min"]["n"] == 1, "kept once"
    assert ack(wire.say(oru("v1", (HR, 76, BEAT)))) == ("AA", "v1"), "some devices count anew after a start"
    assert nurse.get(readings).json["signs"]["hr_per_min"]["n"] == 2
    wire.close()


def odd_rows_stay(c, people):
    """a wrong unit and a code that nobody knows are kept as they were written, beside the values"""
    nurse = people["nurse"]
    path, _ = bedside.ready(c, people)
    name = "PUMP7"
    assert nurse.post(path.replace("/bedside", "/devices"), {"device": name}).status == 200
    wire = Wire(c)
    answer = wire.say(oru("o1", (SPO2, 96, PERCENT), (HR, 71, MMHG), ("999999^MDC_NOBODY^MDC", 5, ""), device=f"{name}^X^Y^Z", sender="PUMP"))
    assert ack(answer) == ("AA", "o1"), answer
    assert set(watch(nurse, path)["values"]) == {"spo2_pct"}
    wire.close()


def another_patient(c, people):
    """a message that names another patient than the session's is quarantined, and said"""
    nurse, physician = people["nurse"], people["physician"]
    path, _ = bedside.ready(c, people)
    patient = path.split("/")[2]
    version = physician.get(f"/patients/{patient}").header("ETag")
    assert physician.ask("PATCH", f"/patients/{patient}", {"identity": {"record_number": "R-77"}, "why": "its number"},
                         headers={"If-Match": version}).status == 200
    assert nurse.post(path.replace("/bedside", "/devices"), {"device": "MON9"}).status == 200
    wire = Wire(c)
    assert ack(wire.say(oru("p1", (HR, 70, BEAT), patient="R-77", device="MON9^a^b^c", sender="M9")))[0] == "AA"
    assert ack(wire.say(oru("p2", (HR, 170, BEAT), patient="R-78", device="MON9^a^b^c", sender="M9")))[0] == "AA"
    assert watch(nurse, path)["values"]["hr_per_min"]["value"] == 70
    shown = nurse.get("/devices").json
    assert "another patient" in next(d for d in shown["devices"] if d["device"] == "MON9")["why"]
    assert "R-78" not in json.dumps(shown)
    wire.close()


def whose_device(c, people):
    """a device belongs to one session at a time; who does not care for the patient sees that it is taken, not by whom"""
    nurse = people["nurse"]
    one, _ = bedside.ready(c, people)
    other, _ = bedside.ready(c, people)
    assert nurse.post(one.replace("/bedside", "/devices"), {"device": "MON5"}).status == 200
    bedside.ordering.refused(nurse.post(other.replace("/bedside", "/devices"), {"device": "MON5"}), "conflict", "another session")
    assert nurse.post(other.replace("/bedside", "/devices/unbind"), {"device": "MON5"}).status == 404
    seen = next(d for d in people["therapist"].get("/devices").json["devices"] if d["device"] == "MON5")
    assert seen["bound"] and "patient" not in seen and "order" not in seen, seen
    assert nurse.post(one.replace("/bedside", "/devices/unbind"), {"device": "MON5"}).status == 200
    assert nurse.post(other.replace("/bedside", "/devices"), {"device": "MON5"}).status == 200


def taken_off_is_told(c, people):
    """a monitor that is taken off a session while drug flows is an alarm"""
    nurse = people["nurse"]
    path, order = bedside.ready(c, people)
    assert nurse.post(path.replace("/bedside", "/devices"), {"device": "MON6"}).status == 200
    bedside.said(nurse, path, "started", rate_ml_per_h=order["rate_ml_per_h"])
    assert nurse.post(path.replace("/bedside", "/devices/unbind"), {"device": "MON6"}).status == 200
    until = time.monotonic() + 15
    while not any(a["id"] == "device_lost" for a in watch(nurse, path)["alarms"]):
        assert time.monotonic() < until, watch(nurse, path)
        time.sleep(0.2)


def no_message(c, people):
    """what is no message, or of another kind, is answered with a sentence, kept as trouble, and stops nobody"""
    wire = Wire(c)
    assert ack(wire.say("MSH|^~\\&|M|W|R|C|2026||ADT^A01|x1|P|2.6\r"))[0] in ("AE", "AR")
    wire.socket.sendall(b"no frame at all\r\n" * 3)
    wire.close()
    broken = Wire(c)
    broken.socket.sendall(b"\x0bMSH|^~\\&|M|W")
    broken.close()
    good = Wire(c)
    assert ack(good.say(oru("n1", (HR, 72, BEAT), device="MON8^a^b^c", sender="M8")))[0] == "AA"
    good.close()
    until = time.monotonic() + 10
    while len(people["nurse"].get("/devices").json["trouble"]) < 2:
        assert time.monotonic() < until, people["nurse"].get("/devices").json["trouble"]
        time.sleep(0.1)


if __name__ == "__main__":
    clinic.run([bound_and_heard, odd_rows_stay, another_patient, whose_device, taken_off_is_told, no_message], ["--hl7", "127.0.0.1:0"])
