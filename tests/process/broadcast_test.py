"""Clients that talk to each other: each gets every message once and in order, and none waits for one that is stuck."""

import collections
import selectors
import socket
import time
import unittest

import support
from support import Server, endpoint, options


MEBIBYTE = 1024 * 1024
ENOUGH = 5 * MEBIBYTE  # more than the system keeps for a client that does not read
LINGER = 20  # seconds, far more than it takes to say goodbye
HELLO = b"hello\n"


class Client:
    """Sends numbered lines, and keeps account of what it hears of the others."""

    def __init__(self, address, name, text):
        self.socket = socket.create_connection(address, timeout=support.TIMEOUT)
        self.name = name
        self.text = text
        self.said = 0
        self.heard = collections.Counter()  # the last line of each talker
        self.rest = b""

    def say(self):
        self.said += 1
        self.socket.sendall(b"%d %d %s\n" % (self.name, self.said, self.text))

    def listen(self):
        """The names of those it has heard a line of."""
        *lines, self.rest = (self.rest + self.socket.recv(262144)).split(b"\n")
        names = []
        for line in lines:
            if line == HELLO.strip():
                continue
            name, number, text = line.split(b" ")
            name, number = int(name), int(number)
            if number != self.heard[name] + 1 or text != self.text:
                raise AssertionError(f"after line {self.heard[name]} of {name} came {line}")
            self.heard[name] = number
            names.append(name)
        return names


class Broadcast(unittest.TestCase):
    def test_everybody_hears_everything_but_the_one_that_is_stuck(self):
        clients, lines = (20, 500) if options.small or support.windows() else (100, 100)
        # Room for a line of each: more is never on its way.
        room = endpoint("chat", limits={"send_queue": "128KiB"})
        with Server({"endpoints": {"room": room}}, options.trial) as server:
            stuck = support.small_window_client(server.address("room"))
            self.enter(stuck)
            text = b"." * (ENOUGH // (clients * lines))
            everybody = []
            for name in range(clients):
                everybody.append(Client(server.address("room"), name, text))
                self.enter(everybody[-1].socket)
            begin = time.monotonic()
            self.talk(everybody, lines)
            print(f"{clients} clients heard {clients * lines} lines each in {time.monotonic() - begin:.1f} s")
            self.assertEqual(server.wait_for("closed", reason="slow_consumer")["peer"], support.name_of(stuck))
            self.assertEqual(len(server.events("closed")), 1)
            with self.assertRaises(ConnectionResetError):
                support.read_all(stuck)
            for client in everybody:
                client.socket.close()
            self.assertEqual(server.stop(), 0)

    def test_who_quits_hears_what_was_said_before_and_is_let_go_at_once(self):
        rounds, clients = (5, 20) if options.small or support.windows() else (20, 50)
        room = endpoint("chat", timeouts={"linger": f"{LINGER}s"})
        with Server({"endpoints": {"room": room}}, options.trial) as server:
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
            print(f"{clients} clients let go within {slowest:.2f} s")
            self.assertLess(slowest, LINGER / 2)
            self.assertEqual(server.stop(), 0)

    def enter(self, connection):
        """Who hears itself will hear everybody."""
        self.addCleanup(connection.close)
        connection.sendall(HELLO)
        self.assertEqual(support.receive(connection, len(HELLO)), HELLO)

    def talk(self, everybody, lines):
        """Each says its next line when everybody has heard its last."""
        heard = collections.Counter()
        with selectors.DefaultSelector() as selector:
            for client in everybody:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.say()
            left = len(everybody) * lines
            while left:
                ready = selector.select(support.TIMEOUT)
                self.assertTrue(ready, f"{left} lines have not been heard by everybody")
                for key, _ in ready:
                    for name in key.data.listen():
                        heard[name] += 1
                        if heard[name] % len(everybody) == 0:
                            left -= 1
                            if everybody[name].said < lines:
                                everybody[name].say()


support.main()
