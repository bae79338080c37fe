"""Many concurrent clients: every byte is right, and no resource leaks."""

import resource
import unittest

import support
from first_client import serve_first_client
from support import Server, endpoint, options


class RoundTrips(unittest.TestCase):
    def test_many_concurrent_clients_leave_nothing_behind(self):
        clients, rounds = (200, 10) if options.small else (500, 50) if support.windows() else (2000, 50)
        _, max_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
        clients = min(clients, max_descriptors - 100)  # as many as the host allows one process
        # The clients all connect before the first sends: on a busy host that takes longer than a client may be silent.
        patient = {"first_byte": "10m", "write": "10m"}
        with Server({"endpoints": {"echo": endpoint("echo", timeouts=patient)}}) as server:
            sockets = serve_first_client(server, "echo")
            result = support.client("round_trips", *server.address("echo"), clients, rounds, 65536, timeout=580)
            print(result.stdout.strip())
            other_ends = [end for end in server.events("closed") if end["reason"] != "finished"]
            self.assertEqual(result.returncode, 0, f"{result.stderr} The server says: {other_ends[:3]}")
            server.wait_for("closed", count=1 + clients, reason="finished")
            if not support.windows():  # Wine keeps some open
                support.wait_until(lambda: server.sockets() == sockets, "the sockets are back at their base")
            server.request_stop()
            self.assertEqual(server.wait_for("draining")["connections"], 0)
            self.assertEqual(server.wait_for_exit(), 0)


support.main()
