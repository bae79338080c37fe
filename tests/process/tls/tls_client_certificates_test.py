"""Client certificates: not requested, requested, required."""

import unittest

from tls_support import TlsCase
from certificates import Authority
import support
from support import endpoint

VERSIONS = ("-tls1_2", "-tls1_3")


class ClientCertificates(TlsCase):
    @classmethod
    def endpoints(cls):
        cls.good = cls.authority.issue(subject="client one")
        cls.wrong = Authority(cls.folder, "Another authority").issue(subject="client one")
        cls.revoked = cls.authority.issue(subject="client two")
        cls.crl = cls.authority.revoke(cls.revoked)
        endpoints = {mode: {"mode": mode} for mode in ("none", "request", "require")}
        endpoints["crl"] = {"mode": "request", "crl": cls.crl}
        return {name: endpoint("whoami", tls=cls.pair.settings(
            client_certificates={"ca": cls.authority.certificate, **settings})) for name, settings in endpoints.items()}

    def with_certificate(self, mode, pair, version):
        return self.s_client(mode, version, "-cert", pair.certificate, "-key", pair.key)

    def test_none_does_not_ask(self):
        for version in VERSIONS:
            self.assertIn("No client certificate CA names sent", self.s_client("none", version).stdout)
            self.assertEqual(self.with_certificate("none", self.wrong, version).whoami["client_subject"], "")

    def test_request_admits_clients_with_none_or_a_valid_one(self):
        for version in VERSIONS:
            self.assertEqual(self.s_client("request", version).whoami["client_subject"], "")
            self.assertEqual(self.with_certificate("request", self.good, version).whoami["client_subject"],
                             "CN=client one")

    def test_require_admits_clients_with_a_valid_one(self):
        for version in VERSIONS:
            self.assertEqual(self.with_certificate("require", self.good, version).whoami["client_subject"],
                             "CN=client one")

    def test_require_refuses_clients_with_none(self):
        for version in VERSIONS:
            closed = self.refused("require", lambda: self.assertIsNone(self.s_client("require", version).whoami))
            self.assertIn("peer did not return a certificate", closed["error"])

    def test_a_certificate_of_another_authority_is_always_refused(self):
        for mode in ("request", "require"):
            for version in VERSIONS:
                closed = self.refused(mode, lambda: self.assertIsNone(
                    self.with_certificate(mode, self.wrong, version).whoami))
                self.assertIn("unable to get local issuer certificate", closed["error"])

    def test_a_revoked_certificate_is_refused_and_the_file_is_read_again(self):
        for version in VERSIONS:
            self.assertEqual(self.with_certificate("crl", self.good, version).whoami["client_subject"], "CN=client one")
            closed = self.refused("crl", lambda: self.assertIsNone(
                self.with_certificate("crl", self.revoked, version).whoami))
            self.assertIn("certificate revoked", closed["error"])
        self.authority.revoke(self.good)
        self.server.wait_for("certificate_replaced", endpoint="crl")
        for version in VERSIONS:
            self.assertIsNone(self.with_certificate("crl", self.good, version).whoami)
            self.assertIsNotNone(self.with_certificate("crl", self.revoked, version).whoami)

    def test_clients_receive_the_names_of_accepted_authorities(self):
        self.assertIn("Acceptable client certificate CA names\nCN=Portico test authority",
                      self.s_client("request", "-tls1_2").stdout)


support.main()
