"""One endpoint, several certificates: a client gets the one for the name it requests, with its OCSP response."""

import unittest

from tls_support import TlsCase
import support
from support import endpoint


class Names(TlsCase):
    @classmethod
    def endpoints(cls):
        issue, response = cls.authority.issue, cls.authority.ocsp_response
        exact, wild = issue("b.example"), issue("*.b.example")
        settings = cls.pair.settings(
            ocsp_response=response(cls.pair),
            sni={"b.example": exact.settings(ocsp_response=response(exact)), "*.b.example": wild.settings()})
        return {"default": endpoint("whoami", tls=settings),
                "refuse": endpoint("whoami", tls={**settings, "unknown_name": "refuse"})}

    def subject(self, *arguments, at="default"):
        result = self.s_client(at, *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return next(line for line in result.stdout.splitlines() if line.startswith("subject=")).split("CN=")[1]

    def test_the_name_selects_the_certificate(self):
        for name, subject in (("a.example", "a.example"), ("b.example", "b.example"), ("B.Example", "b.example"),
                              ("x.b.example", "*.b.example"), ("X.B.EXAMPLE", "*.b.example")):
            self.assertEqual(self.subject("-servername", name), subject)

    def test_a_wildcard_matches_one_label_only(self):
        self.assertEqual(self.subject("-servername", "x.y.b.example"), "a.example")

    def test_without_a_name_or_with_an_unknown_one_it_is_the_default(self):
        self.assertEqual(self.subject("-noservername"), "a.example")
        self.assertEqual(self.subject("-servername", "other.example"), "a.example")

    def test_an_unknown_name_may_be_refused_but_not_its_absence(self):
        closed = self.refused("refuse", lambda: self.expect_alert("unrecognized name"))
        self.assertIn("other.example", closed["error"])
        self.assertEqual(self.subject("-noservername", at="refuse"), "a.example")
        self.assertEqual(self.subject("-servername", "b.example", at="refuse"), "b.example")

    def expect_alert(self, text):
        self.assertIn(text, self.s_client("refuse", "-servername", "other.example").stderr)

    def test_the_session_knows_the_name(self):
        self.assertEqual(self.s_client("default", "-servername", "x.b.example").whoami["server_name"], "x.b.example")
        self.assertEqual(self.s_client("default", "-noservername").whoami["server_name"], "")

    def test_each_certificate_has_its_own_ocsp_response(self):
        for name, stapled in (("a.example", True), ("b.example", True), ("x.b.example", False)):
            for version in ("-tls1_2", "-tls1_3"):
                said = self.s_client("default", "-servername", name, "-status", version).stdout
                self.assertIn("Cert Status: good" if stapled else "OCSP response: no response sent", said)
        unasked = self.s_client("default", "-servername", "a.example").stdout
        self.assertNotIn("Cert Status", unasked)


support.main()
