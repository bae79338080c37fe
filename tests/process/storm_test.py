"""Thousands of clients that connect and reset: others are not affected, nothing leaks, and the log stays short."""

import selectors
import socket
import threading
import time
import unittest

import support
from support import Server, endpoint, options

SESSIONS = 100
MESSAGE = bytes(range(256)) * 4


class Sessions(threading.Thread):
    """Clients that work all the time: each sends a message, expects it back, and sends the next."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.selector = selectors.DefaultSelector()
        for _ in range(SESSIONS):
            client = socket.create_connection(address, timeout=support.TIMEOUT)
            client.sendall(MESSAGE)
            assert support.receive(client, len(MESSAGE)) == MESSAGE
            client.sendall(MESSAGE)
            self.selector.register(client, selectors.EVENT_READ, bytearray())
        self.over = threading.Event()
        self.messages = 0
        self.failure = None

    def run(self):
        try:
            while not self.over.is_set():
                for key, _ in self.selector.select(support.TIMEOUT):
                    self.take(key.fileobj, key.data)
        except Exception as failure:  # shown by the test
            self.failure = failure

    def take(self, client, received):
        part = client.recv(65536)
        if not part:
            raise AssertionError("the server ended a session")
        received += part
        if len(received) >= len(MESSAGE):
            if received != MESSAGE:
                raise AssertionError("a wrong byte came back")
            received.clear()
            self.messages += 1
            client.sendall(MESSAGE)

    def end(self):
        self.over.set()
        self.join()
        for key in list(self.selector.get_map().values()):
            self.selector.unregister(key.fileobj)
            key.fileobj.close()


class Storm(unittest.TestCase):
    def test_clients_that_connect_and_reset_disturb_nobody(self):
        count = 1000 if options.small else 500 if support.windows() else 20000
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            address = server.address("echo")
            sessions = Sessions(address)
            sockets = server.sockets()
            sessions.start()
            self.addCleanup(sessions.end)
            begin = time.monotonic()
            for _ in range(count):
                support.reset(socket.create_connection(address, timeout=support.TIMEOUT))
            seconds = time.monotonic() - begin
            # All clients before this one have been handled when it is.
            server.round_trip("echo")
            server.wait_for("closed", reason="finished")
            if not support.windows():  # Wine keeps some open
                support.wait_until(lambda: server.sockets() == sockets, "the sockets are back at their base")
            sessions.end()
            self.assertIsNone(sessions.failure)
            self.assertGreater(sessions.messages, SESSIONS)
            self.assertEqual(server.stop(), 0)
            self.check_log(server, count, seconds, sessions.messages)

    def check_log(self, server, count, seconds, messages):
        nothing_happened = [e for e in server.events("closed", reason="peer_reset") if e["bytes_in"] == 0]
        logged = sum(e.get("count", 1) for e in nothing_happened)
        print(f"{count} connect and reset in {seconds:.1f} s beside {messages} messages; "
              f"{logged} counted in {len(nothing_happened)} lines")
        self.assertLessEqual(len(nothing_happened), 3 * (seconds + 2))
        if not support.windows():  # Wine reports some resets as EOF
            self.assertEqual(logged, count)
        # One line for each session, and one for the round trip.
        others = [e for e in server.events("closed") if e not in nothing_happened]
        self.assertLessEqual(len(others), SESSIONS + 1 if not support.windows() else SESSIONS + 1 + count)
        self.assertEqual(server.events("accept_paused"), [])


support.main()
