"""An idle connection costs at most 2 KiB of resident memory (optimized build, Linux)."""

import resource
import unittest

import support
from first_client import serve_first_client
from support import Server, endpoint

CLIENTS = 5000
LIMIT = 2048  # bytes each


class IdleMemory(unittest.TestCase):
    def test_five_thousand_idle_connections_cost_two_kibibytes_each(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < CLIENTS + 100:
            self.skipTest(f"this host allows {most} descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        config = {"endpoints": {"echo": endpoint("echo", accept={"backlog": 4096}, timeouts={"first_byte": "0s"})}}
        with Server(config) as server:
            sockets, base = serve_first_client(server, "echo"), server.resident_bytes()
            clients = [server.connect("echo") for _ in range(CLIENTS)]
            for connection in clients:
                self.addCleanup(connection.close)
            support.wait_until(lambda: server.sockets() == sockets + CLIENTS, "every client is accepted")
            each = (server.resident_bytes() - base) / CLIENTS
            print(f"{each:.0f} bytes of resident memory for each of {CLIENTS} idle connections")
            self.assertLessEqual(each, LIMIT)
            for connection in clients:
                connection.close()
            support.wait_until(lambda: server.sockets() == sockets, "every client has left")
            self.assertEqual(server.stop(), 0)


support.main()
