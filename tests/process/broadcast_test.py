"""A chat: each client gets every message once and in order, and none waits for a client that does not read."""

import collections
import selectors
import socket
import time
import unittest

import support
from support import Server, endpoint, options


MEBIBYTE = 1024 * 1024
ENOUGH = 5 * MEBIBYTE  # more than the system buffers for a client that does not read
LINGER = 20  # seconds, far more than a goodbye takes
HELLO = b"hello\n"


class Client:
    """Sends numbered lines, and checks those that it receives from the others."""

    def __init__(self, address, name, text):
        self.socket = socket.create_connection(address, timeout=support.TIMEOUT)
        self.name = name
        self.text = text
        self.sent = 0
        self.received = collections.Counter()  # number of the last line of each sender
        self.rest = b""

    def send_next(self):
        self.sent += 1
        self.socket.sendall(b"%d %d %s\n" % (self.name, self.sent, self.text))

    def receive(self):
        """Reads once; returns the sender's name for each line received."""
        *lines, self.rest = (self.rest + self.socket.recv(262144)).split(b"\n")
        names = []
        for line in lines:
            if line == HELLO.strip():
                continue
            name, number, text = line.split(b" ")
            name, number = int(name), int(number)
            if number != self.received[name] + 1 or text != self.text:
                raise AssertionError(f"after line {self.received[name]} of {name} came {line}")
            self.received[name] = number
            names.append(name)
        return names


class Broadcast(unittest.TestCase):
    def test_every_client_gets_everything_except_the_slow_consumer(self):
        clients, lines = (20, 500) if options.small or support.windows() else (100, 100)
        # Enough for one line of each client: never more are in flight.
        room = endpoint("chat", limits={"send_queue": "128KiB"})
        with Server({"endpoints": {"room": room}}, options.sample) as server:
            stuck = support.small_window_client(server.address("room"))
            self.enter(stuck)
            text = b"." * (ENOUGH // (clients * lines))
            members = []
            for name in range(clients):
                members.append(Client(server.address("room"), name, text))
                self.enter(members[-1].socket)
            begin = time.monotonic()
            self.exchange(members, lines)
            print(f"{clients} clients received {clients * lines} lines each in {time.monotonic() - begin:.1f} s")
            self.assertEqual(server.wait_for("closed", reason="slow_consumer")["peer"], support.peer_name(stuck))
            self.assertEqual(len(server.events("closed")), 1)
            with self.assertRaises(ConnectionResetError):
                support.read_all(stuck)
            for client in members:
                client.socket.close()
            self.assertEqual(server.stop(), 0)

    def test_a_client_that_quits_gets_the_earlier_lines_and_is_closed_immediately(self):
        rounds, clients = (5, 20) if options.small or support.windows() else (20, 50)
        room = endpoint("chat", timeouts={"linger": f"{LINGER}s"})
        with Server({"endpoints": {"room": room}}, options.sample) as server:
            slowest = 0.0
            for _ in range(rounds):
                leaving = [server.connect("room") for _ in range(clients)]
                for connection in leaving:
                    self.enter(connection)
                begin = time.monotonic()
                for number, connection in enumerate(leaving):
                    connection.sendall(b"goodbye from %d\n" % number)
                    connection.sendall(b"quit\n")
                for number, connection in enumerate(leaving):
                    self.assertIn(b"goodbye from %d\n" % number, support.read_all(connection))
                    connection.close()
                slowest = max(slowest, time.monotonic() - begin)
            print(f"{clients} clients closed within {slowest:.2f} s")
            self.assertLess(slowest, LINGER / 2)
            self.assertEqual(server.stop(), 0)

    def enter(self, connection):
        """Waits until a client receives its own line: from then on it receives those of all members."""
        self.addCleanup(connection.close)
        connection.sendall(HELLO)
        self.assertEqual(support.receive(connection, len(HELLO)), HELLO)

    def exchange(self, members, lines):
        """Lets each client send its next line when all have received its last one."""
        received = collections.Counter()
        with selectors.DefaultSelector() as selector:
            for client in members:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.send_next()
            left = len(members) * lines
            while left:
                ready = selector.select(support.TIMEOUT)
                self.assertTrue(ready, f"{left} lines have not been received by all members")
                for key, _ in ready:
                    for name in key.data.receive():
                        received[name] += 1
                        if received[name] % len(members) == 0:
                            left -= 1
                            if members[name].sent < lines:
                                members[name].send_next()


support.main()
