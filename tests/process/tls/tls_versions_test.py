"""Negotiation with OpenSSL's client: version, cipher and protocol; refusals have a reason."""

import subprocess
import unittest

from tls_support import TlsCase
import support
from support import endpoint

WEAK = "ALL:@SECLEVEL=0"  # a client that accepts anything


class Versions(TlsCase):
    @classmethod
    def endpoints(cls):
        rsa = cls.authority.issue("a.example", rsa=True)
        return {
            "any": endpoint("whoami", tls=cls.pair.settings()),
            "newest": endpoint("whoami", tls=cls.pair.settings(min_version="1.3")),
            "rsa": endpoint("whoami", tls=rsa.settings(ciphers="ECDHE-RSA-AES256-GCM-SHA384")),
            "protocols": endpoint("whoami", tls=cls.pair.settings(alpn=["shout/2", "shout/1"])),
            "echo": endpoint("echo", tls=cls.pair.settings()),
        }

    def test_tls_1_2_and_1_3_work_with_the_servers_first_cipher(self):
        for option, version, cipher in (("-tls1_2", "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                                        ("-tls1_3", "TLSv1.3", "TLS_AES_128_GCM_SHA256")):
            result = self.s_client("any", option)
            self.assertEqual((result.returncode, result.whoami["version"], result.whoami["cipher"]),
                             (0, version, cipher), result.stderr)

    def test_a_session_knows_what_was_negotiated(self):
        result = self.s_client("protocols", "-servername", "a.example", "-alpn", "shout/1,shout/2")
        self.assertEqual(result.whoami, {"version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256",
                                         "server_name": "a.example", "alpn": "shout/2", "client_subject": "",
                                         "resumed": False})

    def test_an_rsa_certificate_works_with_the_ciphers_it_can_use(self):
        self.assertEqual(self.s_client("rsa", "-tls1_2").whoami["cipher"], "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
        self.assertEqual(self.s_client("rsa", "-tls1_3").whoami["version"], "TLSv1.3")

    def test_an_older_version_is_refused(self):
        for at, option in (("any", "-tls1_1"), ("any", "-tls1"), ("newest", "-tls1_2")):
            closed = self.refused(at, lambda: self.s_client(at, option, "-cipher", WEAK))
            self.assertIn("unsupported protocol", closed["error"])

    def test_a_cipher_without_forward_secrecy_or_authentication_is_refused(self):
        for cipher in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "aNULL", "DHE"):
            closed = self.refused(
                "any", lambda: self.s_client("any", "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"))
            self.assertIn("no shared cipher", closed["error"])

    def test_a_client_without_a_common_protocol_is_refused(self):
        closed = self.refused("protocols", lambda: self.s_client("protocols", "-alpn", "h2"))
        self.assertIn("no application protocol", closed["error"])
        self.assertEqual(self.s_client("protocols").whoami["alpn"], "")  # a client that offers none is admitted

    def test_renegotiation_is_refused(self):
        client = subprocess.Popen(
            ["openssl", "s_client", "-connect", "%s:%d" % self.server.address("echo"), "-tls1_2"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(client.kill)
        said, _ = client.communicate("R\n", timeout=support.TIMEOUT)  # s_client's command to renegotiate
        self.assertIn("RENEGOTIATING", said)
        self.assertIn("no renegotiation", said)
        self.assertEqual(self.s_client("any").returncode, 0)


support.main()
