"""An idle TLS connection costs at most 16 KiB of resident memory (optimized build, Linux): TLS 1.3 with AES-128-GCM,
at most 32 concurrent handshakes. With OpenSSL 3.2 and newer it is 24 KiB: each direction has a record layer that keeps
room for 32 pipelined records, 4.4 KiB.
"""

import resource
import ssl
import subprocess

from tls_support import TlsCase
import support
from support import endpoint

CLIENTS = 5000
LIMIT = (16 if ssl.OPENSSL_VERSION_INFO < (3, 2) else 24) * 1024  # bytes each


class TlsIdleMemory(TlsCase):
    @classmethod
    def endpoints(cls):
        return {"echo": endpoint("echo", tls=cls.pair.settings(), accept={"backlog": 4096},
                                 timeouts={"first_byte": "0s"})}

    def resident_bytes_with(self, clients):
        """Returns the server's memory while `clients` silent clients are connected."""
        port = self.server.address("echo")[1]
        with subprocess.Popen([support.options.tls_load, "idle", str(port), str(clients)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as load:
            self.assertEqual(load.stdout.readline(), "ready\n")
            resident = self.server.resident_bytes()
            load.stdin.close()
        support.wait_until(lambda: self.server.sockets() == self.sockets, "every client has left")
        return resident

    def test_five_thousand_idle_connections(self):
        _, max_descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
        if max_descriptors < CLIENTS + 100:
            self.skipTest(f"this host allows {max_descriptors} descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max_descriptors, max_descriptors))
        self.server.wait_for("listening")
        self.sockets = self.server.sockets()
        self.resident_bytes_with(1)  # what the first client of all costs is not counted
        base = self.resident_bytes_with(1)
        each = (self.resident_bytes_with(CLIENTS) - base) / CLIENTS
        print(f"{each:.0f} bytes of resident memory for each of {CLIENTS} idle TLS connections")
        self.assertLessEqual(each, LIMIT)


support.main()
