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


class Client:
    """Sends a line when its last one has come back, and keeps account of what it hears of the others."""

    def __init__(self, address, name, lines, length):
        self.socket = socket.create_connection(address, timeout=support.TIMEOUT)
        self.name = name
        self.lines = lines
        self.text = length * b"."
        self.heard = collections.Counter()  # lines of each talker
        self.welcome = False
        self.rest = b""
        self.say(0)
        while not self.welcome:
            self.listen()

    def say(self, number):
        self.socket.sendall(b"%d %d %s\n" % (self.name, number, self.text))

    def listen(self):
        *lines, self.rest = (self.rest + self.socket.recv(262144)).split(b"\n")
        for line in lines:
            name, number, text = line.split(b" ")
            self.hear(int(name), int(number))
            if text != self.text:
                raise AssertionError(f"a line came as {line}")

    def hear(self, name, number):
        mine = name == self.name
        if number == 0:
            self.welcome = self.welcome or mine
            return
        if number != self.heard[name] + 1:
            raise AssertionError(f"line {number} of {name} came after {self.heard[name]} of its lines")
        self.heard[name] = number
        if mine and number < self.lines:
            self.say(number + 1)

    def has_heard(self, names):
        return all(self.heard[name] == self.lines for name in names)


class Broadcast(unittest.TestCase):
    def test_everybody_hears_everything_but_the_one_that_is_stuck(self):
        clients, lines = (20, 500) if options.small or support.windows() else (100, 100)
        with Server({"endpoints": {"room": endpoint("chat")}}, options.trial) as server:
            address = server.address("room")
            stuck = support.small_window_client(address)
            self.addCleanup(stuck.close)
            everybody = [Client(address, name, lines, ENOUGH // (clients * lines)) for name in range(clients)]
            begin = time.monotonic()
            self.talk(everybody)
            print(f"{clients} clients heard {clients * lines} lines each in {time.monotonic() - begin:.1f} s")
            self.assertEqual(server.wait_for("closed", reason="slow_consumer")["peer"], support.name_of(stuck))
            self.assertEqual(len(server.events("closed")), 1)
            with self.assertRaises(ConnectionResetError):
                support.read_all(stuck)
            for client in everybody:
                client.socket.close()
            self.assertEqual(server.stop(), 0)

    def talk(self, everybody):
        names = range(len(everybody))
        with selectors.DefaultSelector() as selector:
            for client in everybody:
                self.addCleanup(client.socket.close)
                selector.register(client.socket, selectors.EVENT_READ, client)
            for client in everybody:
                client.say(1)
            left = len(everybody)
            while left:
                ready = selector.select(support.TIMEOUT)
                self.assertTrue(ready, f"{left} clients wait for a line")
                for key, _ in ready:
                    key.data.listen()
                    if key.data.has_heard(names):
                        selector.unregister(key.fileobj)
                        left -= 1


support.main()
