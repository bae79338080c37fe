"""openssl.cnf limits every program of a host. What it leaves is served; where it leaves nothing, the start fails and doctor
says the same: a server with which every handshake fails would look healthy."""

import json
import os
import subprocess

from tls_support import AuthorityCase, s_client
import support
from support import Server, endpoint

CONF = """openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = limits
[limits]
"""
NO_CLIENT = "no client could connect with these settings as OpenSSL is configured (OPENSSL_CONF, openssl.cnf): "


class OpensslConf(AuthorityCase):
    def env(self, *lines):
        path = os.path.join(self.folder, "openssl.cnf")
        with open(path, "w", encoding="ascii") as file:
            file.write(CONF + "\n".join(lines) + "\n")
        return {"OPENSSL_CONF": path}

    def config(self, settings):
        return {"endpoints": {"secure": endpoint("whoami", tls=self.pair.settings(**settings))}}

    def is_served(self, version, *lines, **settings):
        with Server(self.config(settings), env=self.env(*lines)) as server:
            result = s_client(server.address("secure"), self.authority)
            self.assertEqual(result.whoami["version"], version, (lines, result.stderr))
            self.assertEqual(server.stop(), 0)

    def is_refused(self, error, *lines, **settings):
        env = self.env(*lines)
        with Server({"log": {"format": "json"}, **self.config(settings)}, env=env) as server:
            self.assertEqual(server.wait_for_exit(), 3, (lines, server.text))
            said = server.wait_for("start_failed")["error"]
        self.assertTrue(said.startswith("endpoint secure: tls" + error), (lines, said))
        file = os.path.join(self.folder, "portico.json")
        with open(file, "w", encoding="utf-8") as output:
            json.dump(self.config(settings), output)
        doctor = subprocess.run(support.command(support.options.program, "doctor", file), capture_output=True, text=True,
                                env={**os.environ, **env}, timeout=support.TIMEOUT, check=False)
        self.assertEqual(doctor.returncode, 3, doctor.stdout)
        self.assertIn(said.replace("secure: ", "secure: refused, ", 1), doctor.stdout)

    def test_a_maximum_below_the_minimum_names_both_versions_and_the_setting(self):
        error = (".min_version: is TLS {}, but OpenSSL is configured for TLS {} at most (MaxProtocol in openssl.cnf or the "
                 "file of OPENSSL_CONF): no client could connect")
        self.is_refused(error.format("1.2", "1.1"), "MaxProtocol = TLSv1.1")
        self.is_refused(error.format("1.3", "1.2"), "MaxProtocol = TLSv1.2", min_version="1.3")

    def test_what_leaves_no_protocol_or_signature_is_found_by_a_trial(self):
        self.is_refused(": " + NO_CLIENT, "Protocol = -TLSv1.2, -TLSv1.3")
        self.is_refused(": " + NO_CLIENT, "Protocol = -TLSv1.3", min_version="1.3")
        self.is_refused(": " + NO_CLIENT, "SignatureAlgorithms = RSA+SHA256")
        self.is_refused(": " + NO_CLIENT, "MaxProtocol = TLSv1.2", ciphers="ECDHE-RSA-AES128-GCM-SHA256")

    def test_other_names_are_tried_too(self):
        rsa = self.authority.issue("b.example", rsa=True)
        self.is_refused(".sni.b.example.certificate: " + rsa.certificate + ": " + NO_CLIENT,
                        "SignatureAlgorithms = ECDSA+SHA256", sni={"b.example": rsa.settings()})

    def test_a_key_that_the_security_level_forbids_is_named(self):
        self.is_refused(".certificate: ", "CipherString = DEFAULT@SECLEVEL=4")

    def test_what_openssl_conf_leaves_is_served(self):
        self.is_served("TLSv1.2", "MaxProtocol = TLSv1.2")
        self.is_served("TLSv1.2", "Protocol = -TLSv1.3")
        self.is_served("TLSv1.3", "MinProtocol = TLSv1.3", "Ciphersuites = TLS_AES_128_CCM_SHA256")
        self.is_served("TLSv1.3", "Groups = ffdhe2048")
        self.is_served("TLSv1.3", "CipherString = PSK")
        self.is_served("TLSv1.3", "VerifyMode = Require")

    def test_client_certificates_are_not_a_part_of_the_trial(self):
        clients = {"client_certificates": {"ca": self.authority.certificate}}
        with Server(self.config(clients)) as server:
            server.wait_for("listening")
            self.assertEqual(server.stop(), 0)


support.main()
