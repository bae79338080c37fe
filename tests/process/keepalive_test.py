"""TCP keep-alive follows the configuration: the kernel's own table shows the timer (Linux; Wine too)."""

import os
import unittest

import support
from support import Server, endpoint

KEEPALIVE_TIMER = "02"  # proc_net_tcp, Documentation/networking of the kernel


def as_in_table(address):
    host, port = address
    return "%02X%02X%02X%02X:%04X" % (*reversed([int(part) for part in host.split(".")]), port)


def timer(local, peer):
    """Returns the kind of the timer that runs for a connection, and its seconds."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            fields = line.split()
            if fields[1:3] == [as_in_table(local), as_in_table(peer)]:
                kind, when = fields[5].split(":")
                return kind, int(when, 16) / os.sysconf("SC_CLK_TCK")
    raise AssertionError("the connection is not in the table")


class Keepalive(unittest.TestCase):
    def timer_of_a_connection(self, **settings):
        with Server({"endpoints": {"echo": endpoint("echo", **settings)}}) as server, server.connect("echo") as client:
            client.sendall(b"hello")
            self.assertEqual(client.recv(100), b"hello")
            found = timer(client.getpeername(), client.getsockname())
            client.close()
            self.assertEqual(server.stop(), 0)
        return found

    def test_on_by_default_after_a_minute(self):
        kind, seconds = self.timer_of_a_connection()
        self.assertEqual(kind, KEEPALIVE_TIMER)
        self.assertTrue(50 < seconds <= 60, seconds)

    def test_after_the_time_that_is_set(self):
        kind, seconds = self.timer_of_a_connection(keepalive={"idle": "20m"})
        self.assertEqual(kind, KEEPALIVE_TIMER)
        self.assertTrue(1190 < seconds <= 1200, seconds)

    def test_off(self):
        kind, _ = self.timer_of_a_connection(keepalive={"idle": "0s"})
        self.assertNotEqual(kind, KEEPALIVE_TIMER)


support.main()
