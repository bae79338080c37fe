"""Slow handshakes do not delay a quick one."""

import statistics
import threading
import unittest

from tls_support import TlsCase, TlsClient
import support
from support import endpoint, options

SLOW = 40 if options.small or support.windows() else 400
MEASURE = 2  # seconds
LIMIT = 2  # times the usual duration


class Slow(TlsCase):
    @classmethod
    def setUpClass(cls):
        support.pin_to_one_processor()
        super().setUpClass()

    @classmethod
    def endpoints(cls):
        return {"echo": endpoint("echo", tls=cls.pair.settings(), timeouts={"tls_handshake": "5m"},
                                 accept={"backlog": 1024})}

    def handshake(self, server):
        with TlsClient(server.connect("echo"), self.well_behaved, "a.example") as client:
            client.handshake()

    def test_four_hundred_slow_handshakes_do_not_delay_a_quick_one(self):
        self.well_behaved = self.context()
        context, rest = self.context(), []
        for number in range(SLOW):
            client = TlsClient(self.server.connect("echo"), context, "a.example")
            self.addCleanup(client.socket.close)
            hello = client.handshake_step()
            sent = number % len(hello)  # any number of bytes, including none
            client.socket.sendall(hello[:sent])
            rest.append((client.socket, iter(hello[sent:-1])))
        done = threading.Event()
        self.addCleanup(done.set)
        dribbler = threading.Thread(target=dribble, args=(rest[::2], done))
        dribbler.start()
        with support.Server(self.config(), options.program) as other:
            durations = support.measure_in_turn(self.handshake, (self.server, other), MEASURE)
            beside, usual = map(statistics.median, durations)
            self.assertEqual(other.stop(), 0)
        done.set()
        dribbler.join()
        print(f"median handshake {usual:.2f} ms, beside {SLOW} slow ones {beside:.2f} ms")
        self.assertEqual(self.server.events("closed", reason="tls_timeout"), [])
        if not options.small:
            self.assertLess(beside, LIMIT * usual)


def dribble(rest, done):
    """Sends one byte per second on each connection."""
    while not done.wait(1):
        for connection, unsent in rest:
            for byte in unsent:
                connection.send(bytes([byte]))
                break


support.main()
