"""Invalid and incomplete handshakes: the server reports the reason, leaks nothing, and continues."""

import collections
import random
import re
import select
import socket
import ssl
import unittest

from tls_support import TlsCase, TlsClient
import support
from support import endpoint, options

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
ABORTED = 100 if options.small or support.windows() else 1000
ROOM = 8  # concurrent connections


class Broken(TlsCase):
    @classmethod
    def endpoints(cls):
        return {"echo": endpoint("echo", tls=cls.pair.settings()),
                "quick": endpoint("echo", tls=cls.pair.settings(), timeouts={"tls_handshake": "1s"}),
                "few": endpoint("echo", tls=cls.pair.settings(), limits={"connections": ROOM})}

    def failed(self, connection, sent):
        """Sends bytes, reads until EOF (there may be an alert), and returns the `closed` event."""
        connection.sendall(sent)
        self.assertIn(support.read_all(connection)[:1], (b"", b"\x15"))  # 21: alerts (RFC 8446, 5.1)
        connection.shutdown(socket.SHUT_WR)
        closed = self.closed("echo", connection)
        self.assertEqual(closed["reason"], "tls_failed")
        return closed

    def new_client(self, at="echo", version=None):
        client = TlsClient(self.server.connect(at), self.context(version=version), "a.example")
        self.addCleanup(client.socket.close)
        return client

    def test_plain_http_is_not_a_handshake(self):
        with self.server.connect("echo") as connection:
            closed = self.failed(connection, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
            self.assertIn("http request", closed["error"])

    def test_garbage_is_not_a_handshake(self):
        dice = random.Random(7)
        for size in (5, 100, 20000):
            with self.server.connect("echo") as connection:
                self.assertTrue(self.failed(connection, dice.randbytes(size))["error"])

    def test_a_silent_client_is_aborted_by_the_deadline(self):
        with self.server.connect("quick") as connection:
            closed = self.closed("quick", connection)
            self.assertEqual(closed["reason"], "tls_timeout")
            self.assertGreaterEqual(closed["duration_ms"], 1000)

    def test_a_hello_that_arrives_byte_by_byte_is_aborted_by_the_deadline(self):
        client = self.new_client("quick")
        hello = client.handshake_step()
        for byte in hello:
            client.socket.sendall(bytes([byte]))
            if select.select([client.socket], [], [], 0.1)[0]:
                break  # the server has closed it
        closed = self.closed("quick", client.socket)
        self.assertEqual(closed["reason"], "tls_timeout")
        if not options.small:
            self.assertLess(closed["duration_ms"], 3000)

    def test_a_handshake_that_ends_after_any_of_its_flights_is_logged(self):
        for version in VERSIONS:
            for flights in range(3):
                client = self.new_client(version=version)
                for number in range(flights):
                    client.socket.sendall(client.handshake_step())
                    if number == 0:
                        self.take_flight(client)
                client.socket.shutdown(socket.SHUT_WR)
                # By number of flights: a probe; EOF after the hello; EOF without close_notify after the last one.
                self.assertEqual(self.closed("echo", client.socket)["reason"],
                                 ("finished", "tls_failed", "tls_truncated")[flights], version)

    def take_flight(self, client):
        """Receives a complete flight of the server: the next one is the client's."""
        client.take()
        while not client.done and not client.outgoing.pending:
            try:
                client.tls.do_handshake()
                client.done = True
            except ssl.SSLWantReadError:
                if not client.outgoing.pending:
                    client.take()

    def test_a_slow_reader_gets_the_answers_and_the_alert_after_an_invalid_record(self):
        question = b"x" * (256 << 10)
        for version in VERSIONS:
            client = self.connect("echo", context=self.context(version=version))
            self.addCleanup(client.socket.close)
            client.tls.write(question)
            client.tls.write(b"tampered")
            sent = bytearray(client.outgoing.read())
            sent[-1] ^= 1
            client.socket.sendall(sent)
            self.assertEqual(self.read_slowly(client), (len(question), "ALERT_BAD_RECORD_MAC"), version)
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(self.closed("echo", client.socket)["reason"], "tls_failed")

    def read_slowly(self, client):
        """Reads 1000 bytes at a time. Returns how many bytes were answered, and the name of the alert after them."""
        answered = 0
        while True:
            try:
                answered += len(client.tls.read(65536))
            except ssl.SSLWantReadError:
                part = client.socket.recv(1000)
                client.incoming.write(part) if part else client.incoming.write_eof()
            except ssl.SSLError as error:
                return answered, re.sub("^(SSLV3|TLSV1)_", "", error.reason or "")

    def test_a_thousand_aborted_handshakes_leave_nothing_behind(self):
        dice = random.Random(11)
        self.connect("few").socket.close()
        sockets = None if support.windows() else self.server.sockets()
        for number in range(ABORTED):
            client = self.new_client("few", VERSIONS[number % 2])
            self.abort(client, dice)
        ends = support.wait_until(lambda: self.ends("few", ABORTED + 1), "every end is logged")
        print(dict(ends))
        self.assertEqual(set(ends) - {"tls_failed", "tls_truncated", "peer_reset"}, set())
        if sockets is not None:
            support.wait_until(lambda: self.server.sockets() <= sockets, "every socket is closed")
        clients = [self.connect("few") for _ in range(ROOM)]  # the aborted ones no longer count
        for client in clients:
            client.write(b"x")
            self.assertEqual(client.read_exactly(1), b"x")
            client.socket.close()

    def abort(self, client, dice):
        """Sends a part of a handshake, and then closes or resets."""
        left = dice.randrange(1, 1000)
        while left > 0:
            flight = client.handshake_step()
            client.socket.sendall(flight[:left])
            left -= len(flight)
            if client.done:
                break
            if left > 0:
                self.take_flight(client)
        # Under Wine a client that has reset is sometimes never accepted, so its end is not logged.
        if dice.random() < 0.5 and not support.windows():
            support.reset(client.socket)
        else:
            client.socket.close()

    def ends(self, at, count):
        """Returns the number of connections for each end reason, once `count` have ended."""
        reasons = collections.Counter()
        for event in self.server.events("closed", endpoint=at):
            reasons[event["reason"]] += event.get("count", 1)
        return reasons if reasons.total() == count else None


support.main()
