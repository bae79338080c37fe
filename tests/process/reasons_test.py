"""Every end reason of a connection: its `closed` line, and the client's view."""

import socket
import unittest

import support
from support import Server, endpoint, options, read_all

# Each endpoint is named after the end reason that its settings cause.
ENDPOINTS = {
    "shout": endpoint("shout"),
    "first_byte_timeout": endpoint("shout", timeouts={"first_byte": "1s"}),
    "idle_timeout": endpoint("shout", timeouts={"idle": "1s"}),
    "write_timeout": endpoint("count", timeouts={"write": "1s"}),
    "half_closed_timeout": endpoint("answer", options={"size": "16MiB", "at_end": True},
                                    timeouts={"half_closed": "1s"}),
    "session_timeout": endpoint("shout", timeouts={"session": "1s"}),
    "min_rate_read": endpoint("shout", min_rate={"read": "240B/s", "grace": "1s"}),
    "min_rate_write": endpoint("count", min_rate={"write": "240B/s", "grace": "1s"}),
    "slow_consumer": endpoint("chat"),
    "handler_error": endpoint("throw_exception"),
}


class Reasons(unittest.TestCase):
    """All clients connect first and wait for their end together."""

    @classmethod
    def setUpClass(cls):
        # One worker: an answer proves that it has processed everything sent before.
        cls.server = Server({"workers": 1, "endpoints": ENDPOINTS}, options.sample)
        cls.addClassCleanup(cls.server.__exit__)
        cls.clients = {}
        for name in ("first_byte_timeout", "write_timeout", "min_rate_write", "slow_consumer"):
            cls.connect(name)
        for name in ("idle_timeout", "session_timeout"):
            cls.connect(name).sendall(b"hello\n")
        cls.connect("min_rate_read").sendall(b"half a line")
        half_closed = cls.connect("half_closed_timeout")
        half_closed.sendall(b"x")
        half_closed.shutdown(socket.SHUT_WR)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    @classmethod
    def connect(cls, name, at=None):
        """Connects a client whose buffer is soon full unless it reads."""
        client = support.small_window_client(cls.server.address(at or name))
        cls.addClassCleanup(client.close)
        cls.clients[name] = client
        return client

    def closed(self, name, at=None):
        return self.server.wait_for("closed", peer=support.peer_name(self.clients[name]), endpoint=at or name)

    def expect_reset(self, name, reason=None):
        closed = self.closed(name)
        self.assertEqual(closed["reason"], reason or name, closed)
        with self.assertRaises(ConnectionResetError):
            read_all(self.clients[name])
        return closed

    def expect_timeout(self, name, reason=None):
        duration = self.expect_reset(name, reason)["duration_ms"]
        self.assertGreaterEqual(duration, 1000)
        if not options.small:
            self.assertLess(duration, 1000 + 1000 + 1000)  # checked every second, on a host that may be busy

    def test_finished(self):
        client = self.connect("finished", at="shout")
        client.sendall(b"hello\n")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(client), b"HELLO\n")
        closed = self.closed("finished", at="shout")
        self.assertEqual((closed["reason"], closed["bytes_in"], closed["bytes_out"]), ("finished", 6, 6))

    def test_peer_reset(self):
        client = self.connect("peer_reset", at="shout")
        client.sendall(b"hello\n")
        self.assertEqual(client.recv(100), b"HELLO\n")
        peer = support.peer_name(client)
        # Wine reports a reset as EOF unless a read is waiting.
        self.server.round_trip("shout", b"NOW IT WAITS\n")
        support.reset(client)
        self.assertEqual(self.server.wait_for("closed", peer=peer)["reason"], "peer_reset")

    def test_message_too_long(self):
        client = self.connect("message_too_long", at="shout")
        client.sendall(b"x" * 5000)
        closed = self.closed("message_too_long", at="shout")
        self.assertEqual(closed["reason"], "message_too_long")
        with self.assertRaises(ConnectionResetError):
            read_all(client)

    def test_first_byte_timeout(self):
        self.expect_timeout("first_byte_timeout")

    def test_idle_timeout(self):
        self.expect_timeout("idle_timeout")

    def test_session_timeout(self):
        self.expect_timeout("session_timeout")

    def test_write_timeout(self):
        self.expect_timeout("write_timeout")

    def test_half_closed_timeout(self):
        self.expect_timeout("half_closed_timeout")

    def test_min_rate_of_reading(self):
        self.expect_timeout("min_rate_read", "min_rate")

    def test_min_rate_of_writing(self):
        self.expect_timeout("min_rate_write", "min_rate")

    def test_slow_consumer(self):
        with self.server.connect("slow_consumer") as talker:
            line = b"x" * 4000 + b"\n"
            while not self.server.events("closed", reason="slow_consumer"):
                talker.sendall(line)
                self.assertEqual(support.receive(talker, len(line)), line)
        self.expect_reset("slow_consumer")

    def test_handler_error(self):
        self.connect("handler_error").sendall(b"x")
        self.expect_reset("handler_error")


class ReasonsOfAStop(unittest.TestCase):
    def test_stopping_and_killed(self):
        config = {"shutdown": {"drain": "1s"}, "endpoints": {"shout": endpoint("shout")}}
        with Server(config, options.sample) as server, server.connect("shout") as idle, server.connect("shout") as busy:
            for client in (idle, busy):
                client.sendall(b"hello\n")
                self.assertEqual(client.recv(100), b"HELLO\n")
            busy.sendall(b"half a line")
            server.request_stop()
            self.assertEqual(read_all(idle), b"")
            idle.close()
            with self.assertRaises(ConnectionResetError):
                read_all(busy)
            self.assertEqual(server.wait_for_exit(), 0)
            self.assertEqual([len(server.events("closed", reason=r)) for r in ("stopping", "killed")], [1, 1])
            self.assertEqual(server.wait_for("stopped")["killed"], 1)


support.main()
