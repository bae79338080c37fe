"""Out of descriptors: the program waits without using the processor, and serves every client in the end (Linux)."""

import resource
import selectors
import time
import unittest

import support
from support import Server, endpoint

CLIENTS = 200
LIMIT = 64


class Descriptors(unittest.TestCase):
    def setUp(self):
        self.server = Server({"endpoints": {"echo": endpoint("echo")}})
        self.addCleanup(self.server.__exit__)
        self.server.round_trip("echo")
        resource.prlimit(self.server.pid, resource.RLIMIT_NOFILE, (LIMIT, LIMIT))

    def connect_all(self, selector):
        for _ in range(CLIENTS):
            connection = self.server.connect("echo")
            self.addCleanup(connection.close)
            connection.sendall(b"x")
            selector.register(connection, selectors.EVENT_READ)

    def test_a_full_process_uses_no_processor_time_and_serves_every_client_in_the_end(self):
        with selectors.DefaultSelector() as selector:
            self.connect_all(selector)
            self.server.wait_for("accept_paused", endpoint="echo")
            begin, used = time.monotonic(), self.server.processor_seconds()
            while time.monotonic() < begin + 3:  # the measurement itself: nothing happens meanwhile
                time.sleep(0.1)
            used = self.server.processor_seconds() - used
            print(f"{used:.2f} s of processor time in 3 s with all {LIMIT} descriptors in use")
            self.assertLess(used, 0.3)
            self.assertLess(len(selector.select(0)), LIMIT)
            self.serve_all(selector)
        self.server.wait_for("accept_resumed", endpoint="echo")
        # One event for each pause, not for each attempt.
        self.assertLess(len(self.server.events("accept_paused")), 30)
        self.assertEqual(self.server.stop(), 0)

    def serve_all(self, selector):
        served = 0
        begin = time.monotonic()
        while served < CLIENTS:
            ready = selector.select(support.TIMEOUT)
            self.assertTrue(ready, f"only {served} of {CLIENTS} clients were served")
            for key, _ in ready:
                self.assertEqual(key.fileobj.recv(10), b"x")
                selector.unregister(key.fileobj)
                key.fileobj.close()
                served += 1
        print(f"{served} clients served in {time.monotonic() - begin:.1f} s after the first left")


support.main()
