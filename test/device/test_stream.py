"""usage: test_stream.py SINK [SEEDS]

Streams as bad networks and bad senders make them: nothing that was acknowledged is lost, nothing is kept twice, and the listener goes on.
A failing seed is printed; `test_stream.py SINK 17-17` runs it alone."""
import random
import socket
import sys
import threading

from device import Line, Sink, frame, oru, run

PROGRAM = sys.argv[1]
FIRST, LAST = map(int, (sys.argv[2] if len(sys.argv) > 2 else "1-12").split("-"))
MOST = 1 << 20


def check(sink, acknowledged):
    """What was acknowledged lies there once, byte for byte, in order."""
    sink.close()
    assert [m.decode("latin-1") for m in sink.kept] == [m.encode().decode("latin-1") for m in acknowledged]


def split_at_every_byte():
    sink = Sink(PROGRAM)
    line = Line(sink)
    sent = []
    size = len(frame(oru("S1000")))
    for cut in range(size + 1):
        sent.append(oru(f"S{1000 + cut}"))
        data = frame(sent[-1])
        line.send(data[:cut])
        line.send(data[cut:])
        assert line.answer() == ("AA", f"S{1000 + cut}")
    check(sink, sent)


def one_byte_at_a_time():
    sink = Sink(PROGRAM)
    line = Line(sink)
    sent = [oru(f"B{i}") for i in range(3)]
    for i, message in enumerate(sent):
        for byte in frame(message):
            line.send(bytes([byte]))
        assert line.answer() == ("AA", f"B{i}")
    check(sink, sent)


def a_thousand_in_one_piece_are_answered_in_order():
    sink = Sink(PROGRAM)
    line = Line(sink)
    sent = [oru(f"J{i}", 50 + i % 50) for i in range(1000)]
    writer = threading.Thread(target=line.send, args=(b"".join(map(frame, sent)),))
    writer.start()
    for i in range(1000):
        assert line.answer() == ("AA", f"J{i}")
    writer.join()
    check(sink, sent)


def each_acknowledgement_is_one_segment():
    sink = Sink(PROGRAM)
    line = Line(sink)
    for i in range(20):
        line.send(frame(oru(f"W{i}")))
        data = line.socket.recv(65536)
        assert data[:1] == b"\x0b" and data[-2:] == b"\x1c\r", data
    sink.close()


def a_message_sent_again_is_acknowledged_again_and_kept_once():
    sink = Sink(PROGRAM)
    for _ in range(3):
        line = Line(sink)
        line.send(frame(oru("D1")) + frame(oru("D1")))
        assert [line.answer(), line.answer()] == [("AA", "D1")] * 2
        line.close()
    line = Line(sink)
    line.send(frame(oru("D1", sender="OTHER")) + frame(oru("D1", value=71)))
    assert [line.answer(), line.answer()] == [("AA", "D1")] * 2
    assert sink.close() == {"kept": 3, "again": 5, "reused": 1, "refused": 0, "trouble": 0}
    assert sink.kept == [oru("D1").encode(), oru("D1", sender="OTHER").encode(), oru("D1", value=71).encode()]


def a_message_cut_by_the_end_of_its_connection_is_not_kept_until_it_comes_whole():
    sink = Sink(PROGRAM)
    data = frame(oru("T1"))
    for cut in range(1, len(data), 7):
        line = Line(sink)
        line.send(data[:cut])
        line.socket.shutdown(socket.SHUT_WR)
        assert line.answer() is None
        line.close()
    line = Line(sink)
    line.send(data)
    assert line.answer() == ("AA", "T1")
    sink.close()
    assert sink.kept == [data[1:-2]] and sink.counts["trouble"] == len(range(1, len(data), 7))


def a_message_that_is_too_long_is_refused_and_the_next_one_kept():
    sink = Sink(PROGRAM)
    line = Line(sink)
    long = oru("L1") + "NTE|||" + "x" * (10 * MOST) + "\r"
    writer = threading.Thread(target=line.send, args=(frame(long) + frame(oru("L2")),))
    writer.start()
    assert [line.answer(), line.answer()] == [("AR", "L1"), ("AA", "L2")]
    writer.join()
    check(sink, [oru("L2")])


def wrong_encodings_are_refused_by_their_id():
    sink = Sink(PROGRAM)
    line = Line(sink)
    cases = [(oru("E1", charset="UNICODE UTF-8", name="Müller").encode("latin-1"), "AR"),
             (oru("E2", charset="UNICODE UTF-8", name="Müller").encode(), "AA"),
             (oru("E3", charset="8859/1", name="Müller").encode("latin-1"), "AA"),
             (oru("E4", name="Müller").encode(), "AR"),
             (oru("E5", charset="UNICODE UTF-16").encode(), "AR"),
             (oru("E6").encode("utf-16-le"), "AR"),
             (oru("E7").replace("\r", "\r\n").encode(), "AA"), (oru("E8").replace("\r", "\n").encode(), "AA")]
    for data, code in cases:
        line.send(frame(data))
        answer = line.answer()
        assert answer[0] == code, (data, answer)
    sink.close()
    assert sink.kept == [data for data, code in cases if code == "AA"]


def a_slow_sender_is_let_go_and_the_others_are_served_meanwhile():
    sink = Sink(PROGRAM, frame_s=1)
    slow, quick = Line(sink), Line(sink)
    slow.send(frame(oru("X1"))[:50])
    for i in range(20):
        quick.send(frame(oru(f"Q{i}")))
        assert quick.answer() == ("AA", f"Q{i}")
    assert slow.answer() is None
    quick.send(frame(oru("Q20")))
    assert quick.answer() == ("AA", "Q20")
    sink.close()
    assert len(sink.kept) == 21 and any("takes too long" in line for line in sink.trouble), sink.trouble


def a_device_that_takes_no_answers_is_let_go():
    sink = Sink(PROGRAM, frame_s=1)
    line = Line(sink)
    line.socket.settimeout(1)
    try:
        for i in range(200000):
            line.send(frame(oru(f"N{i}")))
    except OSError:
        pass
    other = Line(sink)
    other.send(frame(oru("O1")))
    assert other.answer() == ("AA", "O1")
    for _ in range(200):
        if sink.lines("trouble"):
            break
        threading.Event().wait(0.05)
    sink.close()
    assert any("does not take" in line for line in sink.trouble), sink.trouble


def more_connections_than_allowed_are_refused_and_told_once():
    sink = Sink(PROGRAM)
    lines = []
    for i in range(16):
        lines.append(Line(sink))
        lines[-1].send(frame(oru(f"C{i}")))
        assert lines[-1].answer() == ("AA", f"C{i}")
    for _ in range(5):
        assert Line(sink).answer() is None
    lines.pop().close()
    for _ in range(200):  # the place is free as soon as the listener has seen it
        line = Line(sink)
        try:
            line.send(frame(oru("C99")))
        except OSError:
            continue
        if line.answer() == ("AA", "C99"):
            break
        threading.Event().wait(0.05)
    sink.close()
    assert len(sink.kept) == 17 and 1 <= sum("no more connections" in line for line in sink.trouble) <= 2, sink.trouble


def a_listener_without_descriptors_serves_again_when_one_is_free():
    sink = Sink(PROGRAM, n_descriptor=12)
    lines = [Line(sink) for _ in range(12)]  # the system takes them; the listener cannot take all
    lines[0].send(frame(oru("F0")))
    assert lines[0].answer() == ("AA", "F0")
    lines[-1].send(frame(oru("F1")))
    while not any("no descriptor" in line for line in sink.lines("trouble")):
        threading.Event().wait(0.05)
    for line in lines[:-1]:
        line.close()
    assert lines[-1].answer() == ("AA", "F1")
    sink.close()
    assert len(sink.kept) == 2


def mutated(rng, sink, n):
    """A device on a bad network: sends each message until it is acknowledged. Returns what was sent, in order."""
    line = Line(sink)
    sent = []
    for i in range(n):
        message = oru(f"M{i}", rng.randrange(30, 200), name="N" * rng.choice([1, 5, 3000]))
        sent.append(message)
        while True:
            data = frame(message)
            kind = rng.randrange(8)
            if kind == 0:  # garbage before it
                data = bytes(rng.choice(b"abc|\r\n\x1c") for _ in range(rng.randrange(1, 9))) + data
            elif kind == 1:  # another one, begun and never finished
                data = frame(oru("never"))[:rng.randrange(1, 60)] + data
            elif kind == 2:  # twice
                data += data
            elif kind == 3:  # cut, and the connection with it
                line.send(data[:rng.randrange(1, len(data))])
                line.close()
                line = Line(sink)
                continue
            elif kind == 4:  # its last bytes are wrong; then it comes once more
                data = data[:-2] + rng.choice([b"\x1c\n", b"\x1c", b""]) + data
            elif kind == 5:  # a byte of the header is wrong
                at = rng.randrange(1, 4)
                bad = data[:at] + b"?" + data[at + 1:]
                line.send(bad)
                assert line.answer()[0] == "AR"
            while data:
                size = rng.choice([1, 2, 7, 100, len(data)])
                line.send(data[:size])
                data = data[size:]
            answers = [line.answer() for _ in range(2 if kind == 2 else 1)]
            assert answers == [("AA", f"M{i}")] * len(answers), (kind, answers)
            if rng.randrange(10) == 0:  # the answer was lost on the way: the device sends it again
                line.close()
                line = Line(sink)
                continue
            break
    return sent


def a_mutated_stream_loses_and_doubles_nothing():
    for seed in range(FIRST, LAST + 1):
        try:
            sink = Sink(PROGRAM)
            check(sink, mutated(random.Random(seed), sink, 150))
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error


sys.exit(run([split_at_every_byte, one_byte_at_a_time, a_thousand_in_one_piece_are_answered_in_order, each_acknowledgement_is_one_segment,
              a_message_sent_again_is_acknowledged_again_and_kept_once,
              a_message_cut_by_the_end_of_its_connection_is_not_kept_until_it_comes_whole,
              a_message_that_is_too_long_is_refused_and_the_next_one_kept, wrong_encodings_are_refused_by_their_id,
              a_slow_sender_is_let_go_and_the_others_are_served_meanwhile, a_device_that_takes_no_answers_is_let_go,
              more_connections_than_allowed_are_refused_and_told_once, a_listener_without_descriptors_serves_again_when_one_is_free,
              a_mutated_stream_loses_and_doubles_nothing]))
