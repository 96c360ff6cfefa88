"""usage: test_python_hl7.py SINK

The Debian package python3-hl7 delivers to the listener, by its class and by its program, and reads the acknowledgements with its own parser."""
import shutil
import subprocess
import sys
import tempfile

import hl7
from hl7.client import MLLPClient

from device import Sink, oru, run

PROGRAM = sys.argv[1]


def read(answer):
    """An acknowledgement as that package reads it."""
    assert answer[:1] == b"\x0b" and answer[-2:] == b"\x1c\r"
    return hl7.parse(answer[1:-2].decode())


def its_client_delivers_and_reads_the_acknowledgement():
    sink = Sink(PROGRAM)
    sent = [oru(f"H{i}", charset="UNICODE UTF-8", name="Müller") for i in range(200)]
    with MLLPClient(*sink.address) as client:
        for i, message in enumerate(sent):
            answer = read(client.send_message(hl7.parse(message)))
            assert [str(answer.segment("MSA")[k]) for k in (1, 2)] == ["AA", f"H{i}"]
            head = answer.segment("MSH")
            assert [str(head[k]) for k in (3, 4, 5, 6, 9, 11, 12, 18)] == [
                "RESPITE", "CLINIC", "MON", "WARD", "ACK^R01^ACK", "P", "2.6", "UNICODE UTF-8"]
    sink.close()
    assert [hl7.parse(m.decode())["PID"][0][5] for m in sink.kept] == [["Müller"]] * 200
    assert [m.decode().rstrip("\r") for m in sink.kept] == [m.rstrip("\r") for m in sent]


def each_acknowledgement_has_a_control_id_of_its_own():
    sink = Sink(PROGRAM)
    seen = set()
    for _ in range(3):
        with MLLPClient(*sink.address) as client:
            seen |= {str(read(client.send_message(oru("SAME"))).segment("MSH")[10]) for _ in range(5)}
    assert len(seen) == 15, seen
    sink.close()


def a_refusal_is_read_with_its_place():
    sink = Sink(PROGRAM)
    with MLLPClient(*sink.address) as client:
        answer = read(client.send_message(oru("R1").replace("|P|2.6", "|T|2.6")))
        assert [str(answer.segment("MSA")[k]) for k in (1, 2)] == ["AR", "R1"]
        error = answer.segment("ERR")
        assert [str(error[k]) for k in (2, 3, 4)] == ["MSH^1^11", "202^Unsupported processing id^HL70357", "E"]
        assert "training" in str(error[8])
        answer = read(client.send_message(oru("R2").replace("OBR|1", "ZZZ|1")))
        assert [str(answer.segment("MSA")[k]) for k in (1, 2)] == ["AE", "R2"]
        assert str(answer.segment("ERR")[2]) == "OBX^4"
        answer = read(client.send_message(oru("R3", charset="a|b^c")))
        assert str(answer.segment("MSA")[1]) == "AR"
    sink.close()
    assert sink.kept == []


def its_program_delivers_a_file():
    program = shutil.which("mllp_send")
    assert program, "mllp_send of python3-hl7 is missing"
    sink = Sink(PROGRAM)
    with tempfile.NamedTemporaryFile("wb") as file:
        file.write(b"".join(b"\x0b" + oru(f"F{i}").encode() + b"\x1c\r" for i in range(30)))
        file.flush()
        done = subprocess.run([program, "-f", file.name, "-p", str(sink.address[1]), sink.address[0]], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert [f"MSA|AA|F{i}" in done.stdout for i in range(30)] == [True] * 30, done.stdout
    sink.close()
    assert [m.decode().rstrip("\r") for m in sink.kept] == [oru(f"F{i}").rstrip("\r") for i in range(30)]


sys.exit(run([its_client_delivers_and_reads_the_acknowledgement, each_acknowledgement_has_a_control_id_of_its_own,
              a_refusal_is_read_with_its_place, its_program_delivers_a_file]))
