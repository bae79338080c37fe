"""`shutdown.delay`: after a stop request new clients are admitted for a while, so that load balancers notice."""

import time
import unittest

import support
from support import Server, endpoint

DELAY = 2  # seconds


class StopDelay(unittest.TestCase):
    def start(self, delay):
        config = {"shutdown": {"delay": delay, "drain": "20s"}, "endpoints": {"echo": endpoint("echo")}}
        server = Server(config)
        self.addCleanup(server.__exit__)
        server.round_trip("echo")
        return server

    def test_new_clients_are_served_until_the_delay_is_over(self):
        server = self.start(f"{DELAY}s")
        idle = server.connect("echo")
        self.addCleanup(idle.close)
        begin = time.monotonic()
        server.request_stop()
        self.assertEqual(server.wait_for("stopping")["delay_ms"], DELAY * 1000)
        served = 0
        while not server.events("draining"):
            try:
                server.round_trip("echo")
                served += 1
            except (OSError, AssertionError):  # it came at the very end of the delay
                server.wait_for("draining")
        seconds = time.monotonic() - begin
        print(f"{served} clients served in {seconds:.2f} s after the stop request")
        self.assertGreater(served, 10)
        self.assertGreaterEqual(seconds, DELAY - 0.1)
        self.assertLess(seconds, DELAY + 5)
        # The client that was idle all the time is closed now, not before.
        self.assertEqual(idle.recv(100), b"")
        idle.close()
        self.assertEqual(server.wait_for_exit(), 0)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)
        with self.assertRaises(OSError):
            server.connect("echo")

    def test_a_second_signal_cuts_it_short(self):
        server = self.start("1h")
        begin = time.monotonic()
        server.request_stop()
        server.wait_for("stopping", delay_ms=3600 * 1000)
        server.round_trip("echo")
        server.request_immediate_stop(time.monotonic())
        self.assertEqual(server.wait_for_exit(), 0)
        self.assertLess(time.monotonic() - begin, 15)
        self.assertEqual(server.wait_for("stopped")["killed"], 0)

    def test_without_a_delay_there_is_none(self):
        server = self.start("0s")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.events("stopping"), [])


support.main()
