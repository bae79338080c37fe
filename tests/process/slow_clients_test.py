"""Clients that send nothing or too little, or that do not read: each is closed at its deadline, and delays no other."""

import selectors
import statistics
import threading
import time
import unittest

import support
from support import Server, endpoint, options

DEADLINE = 5  # seconds
NOT_READING_DEADLINE = 10  # from the first write that blocks, which is at a different time for each client
AFTER = 1  # they are closed at most this much later
MEASURE = DEADLINE - 1.5  # until shortly before the first one is closed

CONFIG = {
    "endpoints": {
        "silent": endpoint("shout", timeouts={"first_byte": f"{DEADLINE}s"}),
        "dribbling": endpoint("shout", min_rate={"read": "240B/s", "grace": f"{DEADLINE}s"}),
        "not_reading": endpoint("count", timeouts={"write": f"{NOT_READING_DEADLINE}s"}),
        "echo": endpoint("echo"),
    },
}


class Dribble(threading.Thread):
    """Sends a byte a second for each of its clients."""

    def __init__(self, clients):
        super().__init__(daemon=True)
        self.clients = clients
        self.over = threading.Event()

    def run(self):
        while True:
            for client in self.clients:
                try:
                    client.send(b"x")
                except OSError:
                    pass  # the server has closed it
                if self.over.wait(1 / len(self.clients)):
                    return


def round_trip(connection):
    connection.sendall(b"ping")
    assert connection.recv(100) == b"ping"


def late(closed):
    """Returns the seconds from a client's deadline to its end. A write's deadline counts from the write that blocks."""
    if closed["endpoint"] != "not_reading":
        return closed["duration_ms"] / 1000 - DEADLINE
    return (closed["duration_ms"] - int(closed["annotations"]["writing_since_ms"])) / 1000 - NOT_READING_DEADLINE


class SlowClients(unittest.TestCase):
    def connect(self, server, name, count, greeting=b""):
        clients = []
        for _ in range(count):
            client = support.small_window_client(server.address(name))
            self.addCleanup(client.close)
            client.sendall(greeting)
            clients.append(client)
        return clients

    def test_slow_clients_end_at_their_deadline_and_nobody_waits_for_them(self):
        support.pin_to_one_processor()
        share = 10 if options.small or support.windows() else 1
        counts = {"silent": 1000 // share, "dribbling": 1000 // share, "not_reading": 200 // share}
        reasons = {"silent": "first_byte_timeout", "dribbling": "min_rate", "not_reading": "write_timeout"}
        with Server(CONFIG, options.sample) as server, Server(CONFIG, options.sample) as other:
            self.connect(server, "not_reading", counts["not_reading"])
            server.wait_until_quiet()  # until then the system's buffers were not full, so these were not slow yet
            self.connect(server, "silent", counts["silent"])
            dribble = Dribble(self.connect(server, "dribbling", counts["dribbling"], b"x"))
            dribble.start()
            self.addCleanup(dribble.over.set)
            with server.connect("echo") as busy, other.connect("echo") as idle:
                beside, alone = support.measure_in_turn(round_trip, (busy, idle), MEASURE)
            for name in counts:
                self.assertEqual(server.events("closed", endpoint=name), [], "all should have been there meanwhile")
            print(f"round trip, median and longest: {statistics.median(alone):.3f} and {max(alone):.1f} ms alone, "
                  f"{statistics.median(beside):.3f} and {max(beside):.1f} ms beside {sum(counts.values())} slow clients")

            for name, count in counts.items():
                server.wait_for("closed", count=count, endpoint=name, reason=reasons[name])
                after = sorted(late(event) for event in server.events("closed", endpoint=name))
                print(f"{count} {name}: ended {after[0]:.2f} to {after[-1]:.2f} s after their deadline")
                self.assertGreaterEqual(after[0], 0)
                if not options.small:
                    self.assertLess(after[-1], AFTER)
            dribble.over.set()
            self.assertEqual(server.stop(), 0)
            self.assertEqual(other.stop(), 0)
        if not options.small:
            self.assertLess(statistics.median(beside), 2 * statistics.median(alone))


support.main()
