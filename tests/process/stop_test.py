"""Stopping: idle clients are closed immediately, a message in progress is answered, a second signal aborts the rest."""

import signal
import time
import unittest

import support
from support import Server, endpoint, options, read_all

IDLE = 200
DRAIN = 30  # seconds; far more than any of these tests takes


class Stop(unittest.TestCase):
    def start(self, drain=DRAIN):
        # One worker: an answer proves that it has processed everything sent before.
        lines = endpoint("shout", timeouts={"linger": "500ms"})
        config = {"workers": 1, "shutdown": {"drain": f"{drain}s"}, "endpoints": {"lines": lines}}
        server = Server(config, options.sample)
        self.addCleanup(server.__exit__)
        return server

    def connect(self, server, greeting=b"hello\n"):
        connection = server.connect("lines")
        self.addCleanup(connection.close)
        connection.sendall(greeting)
        self.assertEqual(connection.recv(100), greeting.upper())
        return connection

    def in_the_middle_of_a_line(self, server):
        busy = self.connect(server)
        busy.sendall(b"almost")
        server.round_trip("lines", b"AFTER THIS THE SERVER HAS SEEN THE HALF LINE\n")
        server.wait_for("closed", reason="finished")
        return busy

    def test_idle_clients_are_closed_immediately_and_a_line_in_progress_is_answered(self):
        server = self.start()
        idle = [self.connect(server) for _ in range(IDLE)]
        busy = self.in_the_middle_of_a_line(server)
        begin = time.monotonic()
        server.request_stop()
        for connection in idle:
            self.assertEqual(connection.recv(100), b"")
        print(f"{IDLE} idle clients ended within {(time.monotonic() - begin) * 1000:.0f} ms")
        self.assertLess(time.monotonic() - begin, DRAIN / 2)
        # The client of in_the_middle_of_a_line() is reported as closed slightly before it is destroyed.
        self.assertIn(server.wait_for("draining")["connections"], (IDLE + 1, IDLE + 2))
        # The idle clients end with the reason `stopping`; the busy one is still served.
        for connection in idle:
            connection.close()
        server.wait_for("closed", count=IDLE, reason="stopping")
        busy.sendall(b" there\n")
        self.assertEqual(read_all(busy), b"ALMOST THERE\n")
        busy.close()
        self.assertEqual(server.wait_for_exit(timeout=DRAIN), 0)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)
        self.assertEqual(len(server.events("closed", reason="stopping")), IDLE + 1)

    def test_ctrl_c_in_the_terminal_stops_it_gracefully(self):
        server = self.start()
        idle = self.connect(server)
        server.press_ctrl_c()
        self.assertEqual(idle.recv(100), b"")
        idle.close()
        self.assertEqual(server.wait_for_exit(timeout=DRAIN), 0)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)

    def test_a_client_that_stays_after_eof_does_not_delay_the_stop(self):
        server = self.start()
        staying = self.connect(server)
        begin = time.monotonic()
        server.request_stop()
        self.assertEqual(server.wait_for_exit(timeout=DRAIN + 5), 0)
        print(f"waited {time.monotonic() - begin:.1f} s for a client that stays")
        self.assertLess(time.monotonic() - begin, DRAIN / 2)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)
        self.assertEqual(staying.recv(100), b"")

    def test_new_clients_are_refused_while_stopping(self):
        server = self.start()
        idle = self.connect(server)
        busy = self.in_the_middle_of_a_line(server)
        server.request_stop()
        self.assertEqual(idle.recv(100), b"")  # sent after the server has stopped listening
        with self.assertRaises(OSError), server.connect("lines") as late:
            late.recv(1)
        busy.sendall(b"\n")
        self.assertEqual(read_all(busy), b"ALMOST\n")
        busy.close()
        idle.close()
        self.assertEqual(server.wait_for_exit(timeout=DRAIN), 0)

    def test_a_second_signal_ends_it_immediately(self):
        server = self.start()
        busy = self.in_the_middle_of_a_line(server)
        server.request_stop()
        server.wait_for("draining")
        begin = time.monotonic()
        server.request_immediate_stop(begin)
        self.assertEqual(server.wait_for_exit(timeout=DRAIN), 0)
        self.assertLess(time.monotonic() - begin, DRAIN / 2)
        with self.assertRaises(ConnectionResetError):
            busy.recv(100)
        server.wait_for("closed", reason="killed")
        self.assertEqual(server.wait_for("stopped")["killed"], 1)

    def test_two_signals_at_once_are_one_request(self):
        server = self.start()
        busy = self.in_the_middle_of_a_line(server)
        server.request_stop()
        server.press_ctrl_c()  # another signal, since the system may merge two of the same
        server.wait_for("draining")
        busy.sendall(b" there\n")
        self.assertEqual(read_all(busy), b"ALMOST THERE\n")
        busy.close()
        self.assertEqual(server.wait_for_exit(timeout=DRAIN), 0)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)

    def test_signals_that_were_ignored_at_the_start_stay_ignored(self):
        if support.windows():
            self.skipTest("Windows has no signals")
        ignored = ["sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"]
        with Server({"endpoints": {"echo": endpoint("echo")}}, launcher=ignored) as server:
            server.address("echo")
            with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
                masks = {line.split()[0]: int(line.split()[1], 16) for line in file if line.startswith(("SigIgn", "SigCgt"))}
            for number, is_ignored in ((signal.SIGINT, True), (signal.SIGHUP, True), (signal.SIGTERM, False)):
                bit = 1 << (number - 1)
                self.assertEqual((bool(masks["SigIgn:"] & bit), bool(masks["SigCgt:"] & bit)),
                                 (is_ignored, not is_ignored), number.name)
            server.process.send_signal(signal.SIGINT)
            server.round_trip("echo")
            self.assertEqual(server.stop(), 0)

    def test_the_drain_deadline_aborts_the_rest(self):
        server = self.start(drain=1)
        busy = self.in_the_middle_of_a_line(server)
        begin = time.monotonic()
        server.request_stop()
        self.assertEqual(server.wait_for_exit(), 0)
        self.assertGreaterEqual(time.monotonic() - begin, 0.9)
        with self.assertRaises(ConnectionResetError):
            busy.recv(100)
        self.assertEqual(server.wait_for("stopped")["killed"], 1)

    def test_sessions_that_do_not_return_make_the_exit_code_4(self):
        config = {"shutdown": {"drain": "100ms"}, "endpoints": {"endless": endpoint("never_end")}}
        with Server(config, options.sample) as server, server.connect("endless") as client:
            client.sendall(b"hello")
            self.assertEqual(client.recv(100), b"hello")
            server.request_stop()
            self.assertEqual(server.wait_for_exit(), 4)
            self.assertEqual(server.wait_for("stopped")["killed"], 1)


support.main()
