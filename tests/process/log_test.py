"""The log as tools read it: prompt, one JSON object per line, and it never blocks the server."""

import re
import signal
import socket
import time
import unittest

import support
from support import Server, endpoint, options


class Log(unittest.TestCase):
    def test_closed_says_everything_about_a_connection(self):
        with Server({"endpoints": {"echo": endpoint("shout")}}, options.sample) as server:
            with server.connect("echo") as connection:
                peer = "%s:%d" % connection.getsockname()
                local = "%s:%d" % connection.getpeername()
                connection.sendall(b'a "quote"\n')
                connection.shutdown(socket.SHUT_WR)
                self.assertEqual(support.read_all(connection), b'A "QUOTE"\n')
            closed = server.wait_for("closed")
            self.assertRegex(closed.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertLess(closed.pop("duration_ms"), 60000)
            self.assertEqual(closed.pop("tls", None), None)
            self.assertEqual(closed, {
                "level": "info", "event": "closed", "endpoint": "echo", "handler": "shout", "connection": 1,
                "peer": peer, "local": local, "bytes_in": 10, "bytes_out": 10, "reason": "finished",
                "annotations": {"last": 'A "QUOTE"'}})
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("\r", server.text)

    def test_a_line_is_written_immediately_even_to_a_pipe(self):
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            waits = []
            for count in range(1, 11):
                server.round_trip("echo")
                begin = time.monotonic()
                server.wait_for("closed", count=count)
                waits.append(time.monotonic() - begin)
            print(f"longest wait for a line: {max(waits) * 1000:.1f} ms")
            self.assertLess(sorted(waits)[5], 0.2)

    def test_a_reload_says_what_it_did_even_if_there_is_nothing_to_reload(self):
        if support.windows():
            self.skipTest("Windows has no SIGHUP")
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            server.address("echo")
            server.process.send_signal(signal.SIGHUP)
            reloaded = server.wait_for("reloaded", tls_endpoints=0, replaced=0, rejected=0)
            self.assertEqual((reloaded["level"], reloaded["note"]), ("info", "the configuration is read only at the start"))
            self.assertEqual(server.stop(), 0)

    def test_accepted_is_shown_on_the_debug_level_only(self):
        for level, shown in (("info", 0), ("debug", 1)):
            with Server({"log": {"level": level}, "endpoints": {"echo": endpoint("echo")}}) as server:
                server.round_trip("echo")
                server.wait_for("closed")
                self.assertEqual(len(server.events("accepted")), shown)

    def test_text_is_one_line_for_each_event_too(self):
        config = {"log": {"format": "text"}, "endpoints": {"fail": endpoint("throw_exception")}}
        # The port cannot be read from a log in text format, so it is one that was free a moment ago.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = probe.getsockname()
        config["endpoints"]["fail"]["listen"] = "%s:%d" % address
        with Server(config, options.sample) as server:
            connection = support.wait_until(lambda: try_to_connect(address), "the server listens")
            with connection:
                connection.sendall(b"x")
                with self.assertRaises(ConnectionResetError):
                    connection.recv(1)
            support.wait_until(lambda: " closed " in server.text, "the connection is logged")
            line, = [line for line in server.text.split("\n") if " closed " in line]
            self.assertTrue(re.match(r"\S+Z error closed endpoint=fail handler=throw_exception connection=1 ", line), line)
            self.assertIn(r'reason=handler_error error="the \"cellar\"\nis flooded"', line)


def try_to_connect(address):
    try:
        return socket.create_connection(address, timeout=support.TIMEOUT)
    except ConnectionRefusedError:
        return None


class BlockedLog(unittest.TestCase):
    """The program's standard error is a pipe that is not read."""

    def test_the_server_continues_and_writes_every_line_later(self):
        clients = 300
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            server.address("echo")
            server.pause_reading()
            for _ in range(clients):
                server.round_trip("echo")
            self.assertLess(len(server.events("closed")), clients)
            server.resume_reading()
            server.wait_for("closed", count=clients)
            self.assertEqual(server.events("log_dropped"), [])
            self.assertEqual(server.stop(), 0)

    def test_the_program_exits_although_nobody_reads(self):
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            server.address("echo")
            server.pause_reading()
            for _ in range(300):
                server.round_trip("echo")
            server.request_stop()
            self.assertEqual(server.process.wait(support.TIMEOUT), 0)
            server.resume_reading()


support.main()
