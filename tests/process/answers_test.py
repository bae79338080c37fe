"""An answer arrives complete, with EOF, although its client is still sending: no reset overtakes it."""

import selectors
import socket
import time
import unittest

import support
from support import Server, endpoint, options

MEBIBYTE = 1024 * 1024
CONCURRENT = 10  # clients
JUNK = bytes(16 * 1024)
FAREWELL = "421 busy, come again\r\n"
ANSWER = (b"abcdefghijklmnopqrstuvw" * (MEBIBYTE // 23 + 1))[:MEBIBYTE]


class Client:
    """Sends without end, and reads until EOF."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=support.TIMEOUT)
        self.socket.setblocking(False)
        self.received = 0
        self.sent = 0
        self.ended = False

    def take(self):
        part = self.socket.recv(262144)
        if part != ANSWER[self.received:self.received + len(part)]:
            raise AssertionError(f"wrong bytes after {self.received}")
        self.received += len(part)
        self.ended = not part

    def send(self):
        try:
            self.sent += self.socket.send(JUNK)
        except BlockingIOError:
            pass


class Answers(unittest.TestCase):
    def test_every_answer_is_whole_while_the_client_goes_on_sending(self):
        count = 100 if options.small or support.windows() else 1000
        with Server({"endpoints": {"answer": endpoint("answer")}}, options.sample) as server:
            begin = time.monotonic()
            closed = self.serve(server.address("answer"), count)
            print(f"{count} answers of 1 MiB in {time.monotonic() - begin:.1f} s; "
                  f"their clients sent {sum(client.sent for client in closed) / MEBIBYTE:.0f} MiB")
            for client in closed:
                self.assertEqual(client.received, MEBIBYTE)
            server.wait_for("closed", count=count, reason="finished")
            self.assertEqual(server.stop(), 0)
            self.assertEqual(len(server.events("closed")), count)

    def serve(self, address, count):
        """Runs all clients, a few concurrently; a reset raises ConnectionResetError."""
        closed = []
        started = 0
        with selectors.DefaultSelector() as selector:
            while len(closed) < count:
                while started < count and started - len(closed) < CONCURRENT:
                    client = Client(address)
                    self.addCleanup(client.socket.close)
                    selector.register(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)
                    started += 1
                for key, events in selector.select(support.TIMEOUT):
                    client = key.data
                    if events & selectors.EVENT_READ:
                        client.take()
                    if client.ended:
                        selector.unregister(client.socket)
                        client.socket.close()
                        closed.append(client)
                    elif events & selectors.EVENT_WRITE:
                        client.send()
        return closed

    def test_every_farewell_is_whole_although_the_client_sends_at_once(self):
        count = 100 if options.small or support.windows() else 1000
        full = endpoint("shout", limits={"connections": 1}, on_full={"farewell": FAREWELL})
        with Server({"endpoints": {"full": full}}, options.sample) as server, server.connect("full") as only:
            only.sendall(b"hello\n")
            self.assertEqual(only.recv(100), b"HELLO\n")
            for _ in range(count // CONCURRENT):
                clients = [server.connect("full") for _ in range(CONCURRENT)]
                for client in clients:
                    self.addCleanup(client.close)
                    client.sendall(JUNK)
                for client in clients:
                    self.assertEqual(support.read_all(client).decode(), FAREWELL)
                    client.close()
            only.close()
            self.assertEqual(server.stop(), 0)
            self.assertEqual(sum(e.get("count", 1) for e in server.events("refused", reason="endpoint_full")), count)


support.main()
