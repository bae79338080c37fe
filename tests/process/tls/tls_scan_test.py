"""Results of the scanner sslscan for an endpoint with its defaults, for both kinds of certificate.

scripts/tls_scan.sh runs testssl.sh as well, which takes minutes.
"""

import shutil
import subprocess
import unittest
import xml.etree.ElementTree

from tls_support import TlsCase
import support
from support import endpoint


class Scan(TlsCase):
    @classmethod
    def endpoints(cls):
        rsa = cls.authority.issue("a.example", rsa=True)
        return {"ecdsa": endpoint("whoami", tls=cls.pair.settings()),
                "rsa": endpoint("whoami", tls=rsa.settings())}

    def setUp(self):
        if not shutil.which("sslscan"):
            self.skipTest("sslscan is not installed; Debian's package is sslscan")

    def scan(self, at):
        said = subprocess.run(["sslscan", "--xml=-", "--sni-name=a.example", "%s:%d" % self.server.address(at)],
                              capture_output=True, text=True, timeout=support.TIMEOUT, check=True).stdout
        return xml.etree.ElementTree.fromstring(said).find("ssltest")

    def test_no_old_version_and_no_weak_cipher(self):
        for at, authentication in (("ecdsa", "ECDSA"), ("rsa", "RSA")):
            found = self.scan(at)
            enabled = [p for p in found.findall("protocol") if p.get("enabled") == "1"]
            self.assertEqual([p.get("type") + p.get("version") for p in enabled], ["tls1.2", "tls1.3"])
            self.assertEqual({(c.get("sslversion"), c.get("cipher")) for c in found.findall("cipher")}, {
                ("TLSv1.3", "TLS_AES_128_GCM_SHA256"), ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
                ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"),
                ("TLSv1.2", f"ECDHE-{authentication}-AES128-GCM-SHA256"),
                ("TLSv1.2", f"ECDHE-{authentication}-AES256-GCM-SHA384"),
                ("TLSv1.2", f"ECDHE-{authentication}-CHACHA20-POLY1305")})

    def test_no_renegotiation_no_compression_no_heartbleed(self):
        found = self.scan("ecdsa")
        self.assertEqual([r.get("supported") for r in found.findall("renegotiation")], ["0"])
        self.assertNotIn("1", [c.get("supported") for c in found.findall("compression")])
        self.assertEqual({h.get("vulnerable") for h in found.findall("heartbleed")}, {"0"})

    def test_the_groups_are_elliptic_curves(self):
        # Finite-field (FFDHE) groups let a client make the server compute for long (CVE-2002-20001).
        groups = [g.get("name") for g in self.scan("ecdsa").findall("group")]
        self.assertTrue(groups)
        self.assertEqual([name for name in groups if name.startswith("ffdhe")], [])


support.main()
