"""A listener for the tests of this folder, and what a device does: send until it is acknowledged."""
import pathlib
import re
import resource
import socket
import subprocess
import tempfile

BEGIN, END = b"\x0b", b"\x1c\r"


def oru(control_id, value=70, sender="MON", charset="", name="Muster"):
    """A result as a monitor sends it."""
    return (f"MSH|^~\\&|{sender}|WARD|RESPITE|CLINIC|20261129174500+0100||ORU^R01^ORU_R01|{control_id}|P|2.6||||||{charset}\r"
            f"PID|||4711||{name}\rOBR|1||||||20261129174500+0100\r"
            f"OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|{value}|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r")


def frame(message):
    return BEGIN + (message.encode() if isinstance(message, str) else message) + END


class Sink:
    """The program test/device/sink.c in a folder of its own."""

    def __init__(self, program, frame_s=None, n_descriptor=None):
        self.folder = tempfile.TemporaryDirectory()
        command = [program, self.folder.name, "127.0.0.1:0"] + ([str(frame_s)] if frame_s else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if n_descriptor:
            resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (n_descriptor, n_descriptor))
        host, port = self.process.stdout.readline().strip().rsplit(":", 1)
        self.address = (host, int(port))

    def lines(self, name):
        return (pathlib.Path(self.folder.name) / name).read_text().splitlines()

    def close(self):
        """Counts at the end: {"kept": 3, ...}; kept messages as bytes; refusals and troubles."""
        out, _ = self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0, f"the listener ended with {self.process.returncode}"
        words = out.split()
        self.counts = dict(zip(words[::2], map(int, words[1::2])))
        data = (pathlib.Path(self.folder.name) / "kept").read_bytes()
        self.kept = re.findall(rb"\x0b([^\x0b\x1c]*)\x1c\r", data)
        assert b"".join(frame(message) for message in self.kept) == data
        self.refused, self.trouble = self.lines("refused"), self.lines("trouble")
        self.folder.cleanup()
        return self.counts


class Line:
    """One connection."""

    def __init__(self, sink):
        self.socket = socket.create_connection(sink.address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """(code, control id) of the next acknowledgement, or None at the end of the connection."""
        while END not in self.rest:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self.rest += data
        one, self.rest = self.rest.split(END, 1)
        assert one[:1] == BEGIN, one
        msa = [segment for segment in one[1:].split(b"\r") if segment.startswith(b"MSA")][0].split(b"|")
        return msa[1].decode(), msa[2].decode()

    def close(self):
        self.socket.close()


def run(tests):
    """TAP."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # each failure is told, and the others still run
            import traceback
            failed += 1
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
            print(f"not ok {number} - {name}", flush=True)
    return failed > 0
