"""Keys and certificates at the start: valid ones are served; an invalid one is exit 3 with the reason."""

import json
import os
import signal
import subprocess

from tls_support import AuthorityCase, s_client
from certificates import Authority
import support
from support import Server, endpoint


class Start(AuthorityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.encrypted = cls.authority.issue("a.example", password="open sesame")

    def serve(self, tls, **env):
        server = Server({"endpoints": {"secure": endpoint("whoami", tls=tls)}}, env=env)
        self.addCleanup(server.__exit__)
        return server

    def is_served(self, tls, **env):
        server = self.serve(tls, **env)
        result = s_client(server.address("secure"), self.authority)
        self.assertEqual(result.whoami["version"], "TLSv1.3", result.stderr)
        self.assertEqual(server.stop(), 0)
        return server

    def is_refused(self, tls, *texts, **env):
        server = self.serve(tls, **env)
        self.assertEqual(server.wait_for_exit(), 3, server.text)
        error = server.wait_for("start_failed")["error"]
        self.assertTrue(error.startswith("endpoint secure: tls."), error)
        for text in texts:
            self.assertIn(text, error)
        self.doctor_refuses(tls, error, env)
        return server

    def doctor_refuses(self, tls, line, env):
        """Expects the same message from doctor, which runs before a working server is stopped."""
        file = os.path.join(self.folder, "portico.json")
        with open(file, "w", encoding="utf-8") as output:
            json.dump({"endpoints": {"secure": endpoint("whoami", tls=tls)}}, output)
        result = subprocess.run(support.command(support.options.program, "doctor", file), capture_output=True, text=True,
                                env={**os.environ, **env}, timeout=support.TIMEOUT)
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn(line.replace("secure: ", "secure: refused, ", 1), result.stdout)

    def test_an_encrypted_key_is_opened_with_its_password(self):
        self.is_served(self.encrypted.settings(key_password="open sesame"))

    def test_a_password_from_outside_is_never_shown(self):
        tls = self.encrypted.settings(key_password="${env:KEY_PASSWORD}")
        self.assertNotIn("sesame", self.is_served(tls, KEY_PASSWORD="open sesame").text)
        self.assertNotIn("sesame", self.is_refused(tls, KEY_PASSWORD="close sesame").text)

    def test_an_encrypted_key_without_its_password_is_an_error_and_not_a_prompt(self):
        self.is_refused(self.encrypted.settings(), self.encrypted.key)

    def test_a_key_may_be_the_text_of_a_secret(self):
        with open(self.pair.key, encoding="ascii") as file:
            key = file.read()
        tls = {"certificate": self.pair.certificate, "key": "${env:KEY}"}
        server = self.is_served(tls, KEY=key)
        self.assertNotIn("PRIVATE KEY", server.text)

    def test_missing_files_and_files_without_certificates_are_named(self):
        missing = os.path.join(self.folder, "none.pem")
        self.is_refused({**self.pair.settings(), "certificate": missing}, missing)
        self.is_refused({**self.pair.settings(), "key": missing}, missing)
        self.is_refused({**self.pair.settings(), "certificate": self.pair.key}, self.pair.key)
        self.is_refused(self.pair.settings(client_certificates={"ca": missing}), missing)
        self.is_refused(self.pair.settings(sni={"b.example": {**self.pair.settings(), "key": missing}}), missing)
        self.is_refused(self.pair.settings(ocsp_response=missing), missing)

    def test_a_key_of_another_certificate_is_refused(self):
        self.is_refused({"certificate": self.pair.certificate, "key": self.encrypted.key,
                         "key_password": "open sesame"}, "key")

    def test_a_key_on_a_curve_that_no_client_may_use_is_refused(self):
        pair = self.authority.issue("a.example", curve="secp256k1")
        self.is_refused(pair.settings(), pair.certificate, "secp256k1")
        self.is_refused(self.pair.settings(sni={"b.example": pair.settings()}), 'tls.sni.b.example.certificate')

    def test_a_client_gets_the_one_of_two_certificates_that_it_can_use(self):
        rsa = self.authority.issue("a.example", rsa=True)
        tls = {"certificate": [self.pair.certificate, rsa.certificate], "key": [self.pair.key, rsa.key]}
        server = self.serve(tls)
        for version in ("-tls1_2", "-tls1_3"):
            for algorithms, kind in (("rsa_pss_rsae_sha256:RSA+SHA256", "RSA"), ("ECDSA+SHA256", "ECDSA")):
                result = s_client(server.address("secure"), self.authority, version, "-sigalgs", algorithms)
                self.assertRegex(result.stdout, f"(?i)Peer signature type: {kind}")
        self.assertEqual(server.stop(), 0)
        self.is_refused({**tls, "key": [self.pair.key, self.pair.key]}, "tls.key[1]", self.pair.key)

    def test_the_text_of_a_key_is_not_kept_in_memory(self):
        if not os.path.exists("/proc/self/mem") or support.options.emulator:
            self.skipTest("only Linux shows the memory of a process")
        if support.options.small:
            self.skipTest("sanitizers keep what is freed")
        rsa = self.authority.issue("a.example", rsa=True)
        keys = []
        for pair in (self.pair, rsa):
            with open(pair.key, "rb") as file:
                keys.append(file.read().splitlines()[1])
        server = self.serve({"certificate": [self.pair.certificate, rsa.certificate], "key": [self.pair.key, rsa.key]})
        server.address("secure")
        os.kill(server.pid, signal.SIGHUP)  # reads the files once more
        support.wait_until(lambda: not any(key in memory_of(server.pid) for key in keys),
                           "the texts are in memory only while the files are read")
        self.assertGreater(memory_of(server.pid).count(b"portico"), 0, "this test sees the memory")

    def test_unknown_ciphers_are_refused(self):
        self.is_refused(self.pair.settings(ciphers="NO-SUCH-CIPHER"), "tls.ciphers")
        self.is_refused(self.pair.settings(cipher_suites="TLS_NO_SUCH_SUITE"), "tls.cipher_suites")

    def test_an_invalid_ocsp_response_is_refused(self):
        self.is_refused(self.pair.settings(ocsp_response=self.pair.certificate), self.pair.certificate)

    def test_an_ocsp_response_must_be_of_the_same_authority_and_nothing_else(self):
        other = Authority(self.folder, "Another authority")
        response = other.ocsp_response(other.issue("a.example", serial=self.pair.serial))
        self.is_refused(self.pair.settings(ocsp_response=response), response, "another CA")
        response = self.authority.ocsp_response(self.pair)
        self.is_served(self.pair.settings(ocsp_response=response))
        with open(response, "ab") as file:
            file.write(b"tail")
        self.is_refused(self.pair.settings(ocsp_response=response), response, "has 4 bytes after")

    def test_an_ocsp_response_must_be_about_the_certificate(self):
        response = self.authority.ocsp_response(self.encrypted)
        self.is_refused(self.pair.settings(ocsp_response=response), response)

    def test_a_pipe_cannot_be_read_again(self):
        if support.windows():
            self.skipTest("Windows has no pipes in folders")
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for name, settings in {"key": {"key": pipe}, "certificate": {"certificate": pipe},
                               "ticket_keys": {"ticket_keys": pipe}, "ocsp_response": {"ocsp_response": pipe},
                               "client_certificates.ca": {"client_certificates": {"ca": pipe}}}.items():
            self.is_refused({**self.pair.settings(), **settings}, f"tls.{name}", "is a pipe, not a regular file")

    def test_a_key_in_the_wrong_form_is_not_shown(self):
        server = self.is_refused({**self.pair.settings(), "key": "${env:KEY}"}, "${env:KEY}", KEY="MIGHAgEAMBMGByqG")
        self.assertNotIn("MIGHAg", server.text)


def memory_of(pid):
    """Returns all writable memory of a process."""
    parts = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            addresses, access = line.split()[:2]
            if not access.startswith("rw"):
                continue
            begin, end = (int(address, 16) for address in addresses.split("-"))
            memory.seek(begin)
            try:
                parts.append(memory.read(end - begin))
            except OSError:
                pass  # of a device
    return b"".join(parts)


support.main()
