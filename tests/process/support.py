"""Runs the real program for a test: starts it, reads its log, stops it.

A test script ends in `support.main()`. Options, given by CTest:
  --program FILE      the shipped program, `portico`
  --sample FILE        the program with the handlers of tests/programs/sample_server.cpp
  --clients DIR       folder of the client programs
  --emulator FILE     runs Windows programs on this host (Wine)
  --small             less load, for programs that a sanitizer slows down
Nothing here sleeps and hopes: everything waits for a condition, up to a deadline.
"""

import argparse
import collections
import faulthandler
import fcntl
import json
import os
import pty
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

options = argparse.Namespace(program="", sample="", clients="", emulator="", small=False)
TIMEOUT = 60  # seconds, for operations that take milliseconds unless something is broken


def windows():
    return bool(options.emulator)


def command(program, *arguments):
    return [options.emulator, program, *arguments] if windows() else [program, *arguments]


def client(name, *arguments, timeout=TIMEOUT):
    """Runs one of the client programs to its end; returns the result of subprocess.run."""
    program = os.path.join(options.clients, name + (".exe" if windows() else ""))
    return subprocess.run(command(program, *map(str, arguments)), capture_output=True, text=True, timeout=timeout)


def wait_until(condition, what, timeout=TIMEOUT):
    """Polls a condition that is not in the program's log, and so cannot be waited for."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(0.01)
    return value


def pin_to_one_processor():
    """Pins this test, and the programs it starts from now on, to one processor. The choice of the processor, which the
    system makes anew for each program, can make a round trip take three times as long."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure_in_turn(measure, subjects, seconds):
    """Calls `measure` with each of the subjects in turn for `seconds`; returns a list of milliseconds for each subject.
    Other work of the host delays all of them alike, so they can be compared."""
    times = [[] for _ in subjects]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for subject, durations in zip(subjects, times):
            begin = time.perf_counter()
            measure(subject)
            durations.append((time.perf_counter() - begin) * 1000)
    return times


def read_all(connection):
    """Reads until EOF. A reset raises ConnectionResetError."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def receive(connection, size):
    """Receives exactly `size` bytes, or fewer before EOF."""
    received = b""
    while len(received) < size and (part := connection.recv(size - len(received))):
        received += part
    return received


def small_window_client(address, size=4096):
    """Connects a client with a small receive buffer, so that the server soon cannot write unless the client reads."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    client.settimeout(TIMEOUT)
    try:
        client.connect(address)
    except OSError:
        client.close()
        raise
    return client


def reset(connection):
    """Closes a connection with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def peer_name(connection):
    """Returns the client's address as the server's log writes it."""
    return "%s:%d" % connection.getsockname()


def matches(event, name, fields):
    """Returns true if an event has this name and these fields."""
    return event["event"] == name and all(event.get(key) == value for key, value in fields.items())


class Server:
    """A running program. Its standard error is read by a thread; each JSON line there is an event."""

    def __init__(self, config, program=None, env=None, launcher=(), pass_fds=()):
        """`launcher` is a command that starts the program in its own place (exec); it inherits `pass_fds`."""
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name  # with the configuration
        self._changed = threading.Condition()
        self._events = []
        self._ended = False
        self.text = ""  # all of standard error
        file = os.path.join(self._folder.name, "portico.json")
        with open(file, "w", encoding="utf-8") as output:
            json.dump(config, output)
        # A program under Wine receives Ctrl-C from its controlling terminal.
        self._terminal, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [*launcher, *command(program or options.program, "run", file)],
            stdin=terminal, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, **env} if env else None, pass_fds=pass_fds, preexec_fn=lambda: _take_terminal(terminal))
        os.close(terminal)
        self.pid = self.process.pid
        self._may_read = threading.Event()
        self._may_read.set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def pause_reading(self):
        """Stops reading the program's standard error, and makes its pipe small."""
        self._may_read.clear()
        fcntl.fcntl(self.process.stderr, fcntl.F_SETPIPE_SZ, 4096)

    def resume_reading(self):
        self._may_read.set()

    def _read(self):
        for line in self.process.stderr:
            self._may_read.wait()
            with self._changed:
                self.text += line.decode("utf-8")
                if line.startswith(b"{"):
                    self._events.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def events(self, name, **fields):
        """Returns the events so far with this name and these fields."""
        with self._changed:
            return [e for e in self._events if matches(e, name, fields)]

    def wait_for(self, name, count=1, timeout=TIMEOUT, **fields):
        """Waits until the program has reported `count` such events; returns the last of them."""
        deadline = time.monotonic() + timeout
        found, seen = [], 0  # checks each event only once: there may be thousands during a measurement
        with self._changed:
            while True:
                found += [e for e in self._events[seen:] if matches(e, name, fields)]
                seen = len(self._events)
                if len(found) >= count:
                    return found[count - 1]
                left = deadline - time.monotonic()
                if left < 0 or self._ended:
                    raise AssertionError(f"{len(found)} of {count} events {name} {fields}; standard error ends with:\n"
                                         + self.text[-3000:])
                self._changed.wait(left)

    def address(self, endpoint):
        host, port = self.wait_for("listening", endpoint=endpoint)["address"].rsplit(":", 1)
        return host, int(port)

    def connect(self, endpoint):
        return socket.create_connection(self.address(endpoint), timeout=TIMEOUT)

    def round_trip(self, endpoint, message=b"ping\n"):
        """Runs one client of an echo endpoint, from connect to close."""
        with self.connect(endpoint) as connection:
            connection.sendall(message)
            connection.shutdown(socket.SHUT_WR)
            answer = read_all(connection)
            assert answer == message, answer

    def press_ctrl_c(self):
        os.write(self._terminal, b"\x03")

    def type_line(self):
        """Ends a line on the program's standard input."""
        os.write(self._terminal, b"\n")

    def request_stop(self):
        if windows():
            self.press_ctrl_c()
        else:
            self.process.terminate()

    def request_immediate_stop(self, first):
        """Requests a stop again, as soon as that counts: the first request was made before `first`, a monotonic time,
        and those within half a second of it are the same request."""
        wait_until(lambda: time.monotonic() > first + 0.6, "half a second")
        self.request_stop()

    def wait_for_exit(self, timeout=TIMEOUT):
        status = self.process.wait(timeout)
        self._reader.join(5 if windows() else TIMEOUT)  # Wine's own processes sometimes keep the pipe open for ever
        return status

    def stop(self):
        """Requests a stop; returns the exit status, which should be 0."""
        self.request_stop()
        return self.wait_for_exit()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.resume_reading()
        self._reader.join(5 if windows() else TIMEOUT)
        if not self._reader.is_alive():
            self.process.stderr.close()
        os.close(self._terminal)
        self._folder.cleanup()

    # --- from the host's /proc (Linux)

    def sockets(self):
        """Returns the number of sockets that the program has open. Other descriptors come and go: files that it reads."""
        folder, count = f"/proc/{self.pid}/fd", 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(os.path.join(folder, name)).startswith("socket:")
            except FileNotFoundError:
                pass  # closed meanwhile
        return count

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_quiet(self):
        """Waits until all sessions wait: for a fifth of a second it used at most a tenth of a processor."""
        seen = collections.deque(maxlen=20)

        def quiet():
            seen.append((time.monotonic(), self.processor_seconds()))
            took = seen[-1][0] - seen[0][0]
            return len(seen) == seen.maxlen and seen[-1][1] - seen[0][1] <= took / 10

        wait_until(quiet, "the server is idle")


def _take_terminal(terminal):
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a job in the background of a script inherits some as ignored
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def endpoint(handler, listen="127.0.0.1:0", **more):
    return {"listen": listen, "handler": handler, **more}


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "sample", "clients", "emulator", "tls-load"):
        parser.add_argument("--" + name, default="")
    parser.add_argument("--small", action="store_true")
    _, rest = parser.parse_known_args(namespace=options)
    faulthandler.dump_traceback_later(4 * TIMEOUT)  # shows where a test hangs, before CTest ends it
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
