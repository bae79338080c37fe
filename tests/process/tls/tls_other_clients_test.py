"""Clients that are not OpenSSL's own: curl, and Go's crypto/tls, which shares no line of code with the server."""

import json
import os
import shutil
import subprocess
import unittest

from tls_support import TlsCase
from certificates import Authority
import support
from support import endpoint

SOURCE = os.path.join(os.path.dirname(__file__), "..", "..", "clients", "tls_client.go")


class OtherClients(TlsCase):
    @classmethod
    def endpoints(cls):
        tls = cls.pair.settings(alpn=["shout/1", "http/1.1"],
                                client_certificates={"mode": "request", "ca": cls.authority.certificate})
        return {"health": endpoint("health", tls=tls), "whoami": endpoint("whoami", tls=tls),
                "echo": endpoint("echo", tls=tls)}

    def curl(self, at, *arguments):
        port = self.server.address(at)[1]
        return subprocess.run(
            ["curl", "--silent", "--show-error", "--cacert", self.authority.certificate, "--noproxy", "*",
             "--resolve", f"a.example:{port}:127.0.0.1", *arguments, f"https://a.example:{port}/"],
            capture_output=True, text=True, timeout=support.TIMEOUT)

    def test_curl_speaks_https_to_the_health_check(self):
        for version in ("1.2", "1.3"):
            result = self.curl("health", f"--tlsv{version}", "--tls-max", version)
            self.assertEqual((result.returncode, result.stdout), (0, "ok\n"), result.stderr)

    def test_curl_reads_the_answer_of_whoami(self):
        whoami = json.loads(self.curl("whoami", "--http0.9").stdout)["tls"]
        self.assertEqual((whoami["server_name"], whoami["alpn"]), ("a.example", "http/1.1"))

    def test_curl_refuses_a_certificate_that_it_does_not_trust_and_the_log_has_its_alert(self):
        stranger = Authority(self.folder, "Another authority")
        closed = self.refused("health", lambda: self.curl("health", "--cacert", stranger.certificate))
        # curl resets after its alert; a Windows socket discards received data when the reset arrives.
        self.assertRegex(closed["error"], "unknown ca|Connection reset" if support.windows() else "unknown ca")

    def test_go(self):
        if not shutil.which("go"):
            self.skipTest("go is not installed; Debian's package is golang-go")
        program = os.path.join(self.folder, "tls_client")
        subprocess.run(["go", "build", "-o", program, SOURCE], check=True, timeout=4 * support.TIMEOUT,
                       env={**os.environ, "GO111MODULE": "off", "CGO_ENABLED": "0"})
        client = self.authority.issue(subject="client one")
        subprocess.run(
            [program, "-ca", self.authority.certificate, "-name", "a.example",
             "-certificate", client.certificate, "-key", client.key,
             "-whoami", "%s:%d" % self.server.address("whoami"), "-echo", "%s:%d" % self.server.address("echo")],
            check=True, timeout=support.TIMEOUT)


support.main()
