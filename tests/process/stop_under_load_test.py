"""Stopped at any moment under load, the program loses no answer to a request it has read, and truncates none.

PORTICO_STOP_ROUNDS is the number of starts and stops.
"""

import os
import random
import selectors
import socket
import time
import unittest

import support
from support import Server, endpoint, options

DRAIN = 20  # seconds; far more than the requests in progress take
ASK_ON = 2  # seconds after the stop request
CONFIG = {
    "shutdown": {"drain": f"{DRAIN}s"},
    "endpoints": {"shout": endpoint("shout"), "count": endpoint("count")},
}


class Client:
    """Sends requests (in subclasses that do) and reads answers; each is a line that starts with its number."""

    def __init__(self, address):
        self.socket = support.small_window_client(address, 65536)
        self.socket.setblocking(False)
        self.name = (support.peer_name(self.socket), "%s:%d" % address)  # both endpoints may see the same client port
        self.rest = b""  # of an incomplete answer
        self.answers = 0
        self.end = None
        self.was_reset = False  # seen by a send; the system reports it once, and the next read returns EOF

    def expected(self, number):
        raise NotImplementedError

    def send(self):
        pass

    def take(self):
        try:
            part = self.socket.recv(262144)
        except BlockingIOError:
            return
        except ConnectionError:
            self.end = "reset"
            return
        *lines, self.rest = (self.rest + part).split(b"\n")
        for line in lines:
            self.answers += 1
            if line != self.expected(self.answers):
                raise AssertionError(f"answer {self.answers} is {line}")
        if not part:
            self.end = "reset" if self.was_reset else "half an answer" if self.rest else "in order"

    def go(self):
        self.take()
        if not self.end:
            self.send()


class RequestingClient(Client):
    """Keeps `in_flight` requests in flight: one is request and answer, more are a pipeline."""

    def __init__(self, address, in_flight, length, max_requests=None):
        super().__init__(address)
        self.in_flight = in_flight
        self.length = length
        self.max_requests = max_requests  # after them it half-closes
        self.asked = 0
        self.unsent = b""
        self.asks = True
        self.send()

    def line(self, number, text):
        return b"%d %s" % (number, text * (number * 37 % self.length))

    def expected(self, number):
        return self.line(number, b"X")

    def send(self):
        while self.asks and self.asked - self.answers < self.in_flight and self.asked != self.max_requests:
            self.asked += 1
            self.unsent += self.line(self.asked, b"x") + b"\n"
        try:
            self.unsent = self.unsent[self.socket.send(self.unsent):] if self.unsent else b""
            if self.asked == self.max_requests and not self.unsent:
                self.socket.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except ConnectionResetError:
            self.was_reset = True
        except OSError:
            pass  # EPIPE: the server has closed in order, which the next read reports


class Listening(Client):
    def expected(self, number):
        return b"%d" % number + 90 * b"."


class Load:
    """Clients of every kind; some leave and are replaced."""

    def __init__(self, server):
        self.selector = selectors.DefaultSelector()
        self.shout, self.count = server.address("shout"), server.address("count")
        self.ended = []
        for _ in range(8):
            self.add(RequestingClient(self.shout, in_flight=1, length=200))
            self.add(RequestingClient(self.shout, in_flight=16, length=400))
            self.visit()
        for _ in range(4):
            self.add(Listening(self.count))

    def add(self, client):
        self.selector.register(client.socket, selectors.EVENT_READ, client)

    def visit(self):
        self.add(RequestingClient(self.shout, in_flight=2, length=100, max_requests=5))

    def visit_again(self):
        try:
            self.visit()
        except OSError:
            pass  # the server has stopped listening

    def go(self, seconds):
        """Lets the clients work for `seconds`, or until all have ended; returns true in the latter case."""
        end = time.monotonic() + seconds
        while self.selector.get_map() and (left := end - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                client = key.data
                client.go()
                if client.end:
                    self.selector.unregister(client.socket)
                    client.socket.close()
                    self.ended.append(client)
                    if getattr(client, "max_requests", None):
                        self.visit_again()
        return not self.selector.get_map()

    def ask_no_more(self):
        for key in self.selector.get_map().values():
            key.data.asks = False

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


class StopUnderLoad(unittest.TestCase):
    def test_no_answer_is_lost_or_truncated(self):
        rounds = int(os.environ.get("PORTICO_STOP_ROUNDS", 8 if support.windows() else 10 if options.small else 40))
        seed = random.randrange(1 << 32)
        print(f"{rounds} rounds, seed {seed}")  # the load itself is never twice the same
        moments = random.Random(seed)
        connections = answers = 0
        slowest = 0.0
        for number in range(rounds):
            with self.subTest(round=number), Server(CONFIG, options.sample) as server:
                load = Load(server)
                self.addCleanup(load.close)
                load.go(moments.uniform(0, 0.3))
                begin = time.monotonic()
                server.request_stop()
                # A client that never pauses between requests is served until the drain deadline, so they pause.
                if not load.go(ASK_ON):
                    load.ask_no_more()
                self.assertTrue(load.go(DRAIN + 5), "a client waits for its end; " + server.text[-3000:])
                self.assertEqual(server.wait_for_exit(), 0)
                took = time.monotonic() - begin
                slowest = max(slowest, took)
                self.assertLess(took, DRAIN / 2, "a slow stop; " + server.text[-3000:])
                self.assertEqual(server.wait_for("stopped")["killed"], 0)
                self.check(server, load.ended)
                connections += len(load.ended)
                answers += sum(client.answers for client in load.ended)
        print(f"{connections} connections, {answers} answers, slowest stop {slowest:.2f} s")

    def check(self, server, clients):
        lines = {(closed["peer"], closed["local"]): closed for closed in server.events("closed")}
        for client in clients:
            closed = lines.get(client.name)
            what = f"{client.end} after {client.answers} answers; the server says {closed}"
            if client.end == "reset" or closed is None:
                # Only clients that came too late to be served. On Windows, cancelling an accept closes its client
                # gracefully.
                self.assertEqual(client.answers, 0, what)
                self.assertIsNone(closed, what)
                self.assertTrue(client.end == "reset" or support.windows(), what)
                continue
            self.assertEqual(client.end, "in order", what)
            self.assertIn(closed["reason"], ("finished", "stopping"), what)
            answered = closed.get("annotations", {}).get("last", "0").split(" ")[0]  # all that it has read
            self.assertEqual(int(answered), client.answers, what)


support.main()
