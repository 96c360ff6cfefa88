"""usage: test_simulator.py SINK RESPITE SCENARIO

`respite device-sim` delivers to the listener what it prints, and goes on when the listener goes and comes back."""
import socket
import subprocess
import sys
import threading

from device import Sink, run

SINK, RESPITE, SCENARIO = sys.argv[1:4]
COMMAND = [RESPITE, "device-sim", SCENARIO, "--at-once", "--start", "2026-11-29T17:45:00+01:00"]


def printed():
    """The messages of the scenario, in order, those that are sent twice as two."""
    text = subprocess.run(COMMAND, capture_output=True, text=True, check=True, timeout=120).stdout
    return [message.replace("\n", "\r") + "\r" for message in text.removesuffix("\n\n").split("\n\n")]


def what_is_printed_is_delivered_and_what_comes_twice_is_kept_once():
    sink = Sink(SINK)
    done = subprocess.run([*COMMAND, "--to", "%s:%d" % sink.address], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    sent = printed()
    once = list(dict.fromkeys(sent))
    assert len(once) < len(sent)
    counts = sink.close()
    assert counts == {"kept": len(once), "again": len(sent) - len(once), "reused": 0, "refused": 0, "trouble": 0}, counts
    assert [m.decode() for m in sink.kept] == once
    assert done.stdout == f"A surge of blood pressure: {len(sent)} messages sent, {len(sent)} accepted, 0 refused\n"


def relay(door, target, most):
    """Passes one connection on and cuts it after so many bytes of answers; the rest of its life it passes all on."""
    while True:
        try:
            near, _ = door.accept()
        except OSError:
            return
        far = socket.create_connection(target)
        threading.Thread(target=copy, args=(near, far, None), daemon=True).start()
        copy(far, near, most)
        most = most * 3 if most else None
        near.close()
        far.close()


def copy(source, sink, most):
    passed = 0
    try:
        while data := source.recv(4096):
            if most is not None and passed + len(data) > most:
                return
            sink.sendall(data)
            passed += len(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def answers_that_are_lost_on_the_way_lose_and_double_nothing():
    sink = Sink(SINK)
    door = socket.create_server(("127.0.0.1", 0))
    threads = [threading.Thread(target=relay, args=(door, sink.address, 5000 + 3333 * i), daemon=True) for i in range(4)]
    for thread in threads:
        thread.start()
    done = subprocess.run([*COMMAND, "--to", "127.0.0.1:%d" % door.getsockname()[1]], capture_output=True, text=True, timeout=300)
    door.close()
    assert done.returncode == 0, done.stderr
    sent = printed()
    once = list(dict.fromkeys(sent))
    counts = sink.close()
    assert [m.decode() for m in sink.kept] == once
    assert counts["again"] > len(sent) - len(once), counts  # some answers were lost, and their messages came again


def nobody_who_answers_is_said():
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    door.close()
    done = subprocess.run([*COMMAND, "--to", f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 3 and "nobody answers on 127.0.0.1" in done.stderr, (done.returncode, done.stderr)


sys.exit(run([what_is_printed_is_delivered_and_what_comes_twice_is_kept_once, answers_that_are_lost_on_the_way_lose_and_double_nothing,
              nobody_who_answers_is_said]))
