"""Every refusal reason with every `on_full`: the client's view, and the exact count in the log."""

import os
import socket
import time
import unittest

import support
from support import Server, endpoint, options, read_all

REFUSED = 25  # clients of each endpoint
FAREWELL = "421 busy, come again\r\n"
WAYS = {"close": "close", "reset": "reset", "farewell": {"farewell": FAREWELL}}
ONE_AN_HOUR = "1/h"
EVERYBODY = ["0.0.0.0/0", "::/0"]


class Refusals(unittest.TestCase):
    def start(self, endpoints, **process):
        server = Server({"endpoints": endpoints, **process})
        self.addCleanup(server.__exit__)
        return server

    def connect(self, server, name):
        connection = server.connect(name)
        self.addCleanup(connection.close)
        return connection

    def admitted(self, server, name):
        """Returns a client that is served and stays connected."""
        connection = self.connect(server, name)
        connection.sendall(b"hello")
        self.assertEqual(support.receive(connection, 5), b"hello")
        return connection

    def refused(self, server, name, way):
        if way == "reset":
            with self.assertRaises(ConnectionResetError), server.connect(name) as connection:
                connection.recv(100)
        else:
            with server.connect(name) as connection:
                self.assertEqual(read_all(connection).decode(), FAREWELL if way == "farewell" else "")

    def expect_logged(self, server, count, **fields):
        refused = server.events("refused", **fields)
        self.assertEqual(sum(e.get("count", 1) for e in refused), count, fields)
        self.assertLess(len(refused), count)  # those in quick succession share a line

    def expect_refusals(self, settings, reason, allowed=1):
        """Tests an endpoint with these settings for each `on_full`: it admits `allowed` clients and then none."""
        server = self.start({way: endpoint("echo", on_full=on_full, **settings) for way, on_full in WAYS.items()})
        for way in WAYS:
            staying = [self.admitted(server, way) for _ in range(allowed)]
            for _ in range(REFUSED):
                self.refused(server, way, way)
            for connection in staying:
                connection.sendall(b"still here")
                self.assertEqual(connection.recv(100), b"still here")
                connection.close()
        self.assertEqual(server.stop(), 0)
        for way in WAYS:
            self.expect_logged(server, REFUSED, endpoint=way, reason=reason)
            self.assertEqual(len(server.events("closed", endpoint=way)), allowed)

    def test_endpoint_full(self):
        self.expect_refusals({"limits": {"connections": 3}}, "endpoint_full", allowed=3)

    def test_address_full(self):
        self.expect_refusals({"limits": {"per_address": {"connections": 2}}}, "address_full", allowed=2)

    def test_rate(self):
        self.expect_refusals({"accept": {"rate": ONE_AN_HOUR}}, "rate")

    def test_server_full(self):
        endpoints = {way: endpoint("echo", on_full=on_full) for way, on_full in WAYS.items()}
        server = self.start({**endpoints, "full": endpoint("echo")}, limits={"connections": 1})
        only = self.admitted(server, "full")
        for way in WAYS:
            for _ in range(REFUSED):
                self.refused(server, way, way)
        only.close()
        self.assertEqual(server.stop(), 0)
        for way in WAYS:
            self.expect_logged(server, REFUSED, endpoint=way, reason="server_full")

    def test_clients_denied_by_either_list_are_reset_whatever_on_full_says(self):
        rules = {"deny": {"deny": ["127.0.0.0/8"]}, "allow": {"allow": ["192.0.2.0/24"]},
                 "both": {"allow": EVERYBODY, "deny": ["127.0.0.1"]}}
        endpoints = {name: endpoint("echo", on_full=WAYS["farewell"], accept=rule) for name, rule in rules.items()}
        server = self.start({**endpoints, "allowed": endpoint("echo", accept={"allow": ["127.0.0.1"]})})
        server.round_trip("allowed")
        for name in rules:
            for _ in range(REFUSED):
                self.refused(server, name, "reset")
        self.assertEqual(server.stop(), 0)
        for name in rules:
            self.expect_logged(server, REFUSED, endpoint=name, reason="denied")

    def test_an_observed_rule_logs_and_admits(self):
        rules = {
            "endpoint_full": {"limits": {"connections": {"limit": 1, "observe": True}}},
            "address_full": {"limits": {"per_address": {"connections": 1, "observe": True}}},
            "rate": {"accept": {"rate": {"limit": ONE_AN_HOUR, "observe": True}}},
            "denied": {"accept": {"deny": {"networks": EVERYBODY, "observe": True}}},
        }
        endpoints = {reason: endpoint("echo", on_full="reset", **rule) for reason, rule in rules.items()}
        server = self.start(endpoints, limits={"connections": {"limit": 1, "observe": True}})
        clients = [self.admitted(server, reason) for reason in rules for _ in range(1 + REFUSED)]
        for client in clients:
            client.close()
        self.assertEqual(server.stop(), 0)
        for reason in rules:
            count = REFUSED + 1 if reason == "denied" else REFUSED
            self.expect_logged(server, count, endpoint=reason, reason=reason, observed="true", level="info")
        self.assertEqual(server.events("refused"), server.events("refused", observed="true"))
        server_full = server.events("refused", reason="server_full")
        self.assertEqual(sum(e.get("count", 1) for e in server_full), len(clients) - 1)

    def test_waiting_clients_are_served_when_a_slot_is_free(self):
        server = self.start({"wait": endpoint("echo", limits={"connections": 1})})
        first = self.admitted(server, "wait")
        waiting = [self.connect(server, "wait") for _ in range(REFUSED)]
        for connection in waiting:
            connection.sendall(b"hello")
        self.assertEqual(server.wait_for("accept_paused")["cause"], "endpoint_full")
        first.close()
        for _ in range(REFUSED):
            served = support.wait_until(lambda: [c for c in waiting if self.has_answer(c)], "the next one is served")
            self.assertEqual(len(served), 1)
            waiting.remove(served[0])
            served[0].close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.events("refused"), [])

    def test_child_processes_do_not_get_a_client_that_waits(self):
        if support.windows():
            self.skipTest("see docs/windows.md")
        server = self.start({"wait": endpoint("echo", limits={"connections": 1})})
        first = self.admitted(server, "wait")
        self.connect(server, "wait")
        self.assertEqual(server.wait_for("accept_paused")["cause"], "endpoint_full")
        inherited = []
        for descriptor in map(int, os.listdir(f"/proc/{server.pid}/fd")):
            with open(f"/proc/{server.pid}/fdinfo/{descriptor}", encoding="ascii") as info:
                flags = next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
            if descriptor > 2 and not flags & os.O_CLOEXEC:
                inherited.append(os.readlink(f"/proc/{server.pid}/fd/{descriptor}"))
        self.assertEqual(inherited, [])
        first.close()
        self.assertEqual(server.stop(), 0)

    @staticmethod
    def has_answer(connection):
        connection.setblocking(False)
        try:
            return connection.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return False

    def test_clients_that_wait_for_the_rate_are_served_in_time(self):
        with Server({"endpoints": {"wait": endpoint("echo", accept={"rate": "10/s"})}}) as server:
            begin = time.monotonic()
            for _ in range(20):
                server.round_trip("wait")
            self.assertGreater(time.monotonic() - begin, 0.95)  # ten immediately, the others one by one
            self.assertEqual(server.wait_for("accept_paused")["cause"], "rate")
            self.assertEqual(server.stop(), 0)
            self.assertEqual(server.events("refused"), [])


support.main()
