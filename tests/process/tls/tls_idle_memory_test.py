"""An idle TLS connection costs at most 16 KiB of resident memory (optimized build, Linux): TLS 1.3 with AES-128-GCM,
at most 32 handshakes at a time.
"""

import resource
import subprocess

from tls_support import TlsCase
import support
from support import endpoint

CLIENTS = 5000
LIMIT = 16 * 1024  # bytes each


class TlsIdleMemory(TlsCase):
    @classmethod
    def endpoints(cls):
        return {"echo": endpoint("echo", tls=cls.pair.settings(), accept={"backlog": 4096},
                                 timeouts={"first_byte": "0s"})}

    def resident_bytes_with(self, clients):
        """While so many are connected and say nothing."""
        port = self.server.address("echo")[1]
        with subprocess.Popen([support.options.tls_load, "idle", str(port), str(clients)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as load:
            self.assertEqual(load.stdout.readline(), "ready\n")
            resident = self.server.resident_bytes()
            load.stdin.close()
        support.wait_until(lambda: self.server.descriptors() == self.descriptors, "every client has left")
        return resident

    def test_five_thousand_idle_connections_cost_sixteen_kibibytes_each(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < CLIENTS + 100:
            self.skipTest(f"this host allows {most} descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        with self.connect("echo"):
            pass
        self.server.wait_for("closed")
        self.descriptors = self.server.descriptors()
        base = self.resident_bytes_with(1)
        each = (self.resident_bytes_with(CLIENTS) - base) / CLIENTS
        print(f"{each:.0f} bytes of resident memory for each of {CLIENTS} idle TLS connections")
        self.assertLessEqual(each, LIMIT)


support.main()
