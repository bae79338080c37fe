"""Certificates for a test: a CA and what it signs, created by the `openssl` command in a folder of their own."""

import dataclasses
import os
import shutil
import subprocess
import unittest

import support

CONFIG = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[end]
basicConstraints = CA:FALSE
"""


def openssl(*arguments, **more):
    result = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=support.TIMEOUT,
                            **more)
    if result.returncode != 0:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}:\n{result.stderr}")
    return result.stdout


@dataclasses.dataclass
class Pair:
    """The names of the PEM files of a certificate and its key."""
    certificate: str
    key: str
    serial: int

    def settings(self, **more):
        """Returns the settings for `tls` of an endpoint, or for an entry of `sni`."""
        return {"certificate": self.certificate, "key": self.key, **more}


class Authority:
    """A CA. Its certificates have ECDSA keys (P-256) by default, which are created quickly."""

    def __init__(self, folder, name="Portico test authority"):
        if not shutil.which("openssl"):
            raise unittest.SkipTest("the openssl command is not installed; Debian's package is openssl")
        self._folder = os.path.join(folder, name.replace(" ", "_"))
        self._count = 0
        os.mkdir(self._folder)
        with open(self._path("config"), "w", encoding="ascii") as file:
            file.write(CONFIG)
        self.certificate = self._path("authority.pem")
        self._key = self._path("authority.key")
        self._make("authority", self.certificate, self._key, name)

    def issue(self, *names, subject=None, serial=None, days=90, rsa=False, password=None, curve="P-256"):
        """Issues a certificate for these names; the first one is also the default subject."""
        self._count += 1
        serial = serial or 1000 + self._count
        stem = self._path(str(self._count))
        pair = Pair(stem + ".pem", stem + ".key", serial)
        more = ["-CA", self.certificate, "-CAkey", self._key, "-set_serial", serial]
        if names:
            more += ["-addext", "subjectAltName=" + ",".join("DNS:" + name for name in names)]
        self._make("end", pair.certificate, pair.key, subject or names[0], *more, days=days, rsa=rsa,
                   password=password, curve=curve)
        return pair

    def revoke(self, *pairs):
        """Creates a CRL; returns the name of the file."""
        index, file = self._path("revoked"), self._path("crl.pem")
        with open(index, "w", encoding="ascii") as output:
            for pair in pairs:
                output.write(f"R\t491231235959Z\t200101000000Z\t{pair.serial:04X}\tunknown\t/CN=any\n")
        with open(self._path("ca.config"), "w", encoding="ascii") as output:
            output.write(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {index}\ndefault_md = sha256\n")
        openssl("ca", "-gencrl", "-config", self._path("ca.config"), "-cert", self.certificate, "-keyfile", self._key,
                "-crldays", 7, "-out", file + ".new")
        os.replace(file + ".new", file)
        return file

    def ocsp_response(self, pair):
        """Creates an OCSP response that says "good"; returns the name of the DER file."""
        file = pair.certificate + ".ocsp"
        index = pair.certificate + ".index"
        serial = f"{pair.serial:X}"
        with open(index, "w", encoding="ascii") as output:
            output.write(f"V\t491231235959Z\t\t{serial.rjust(len(serial) + len(serial) % 2, '0')}\tunknown\t/CN=any\n")
        openssl("ocsp", "-index", index, "-CA", self.certificate, "-rsigner", self.certificate, "-rkey", self._key,
                "-issuer", self.certificate, "-cert", pair.certificate, "-no_nonce", "-ndays", 7, "-respout", file)
        return file

    def _path(self, name):
        return os.path.join(self._folder, name)

    def _make(self, kind, certificate, key, subject, *more, days=90, rsa=False, password=None, curve="P-256"):
        algorithm = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:" + curve]
        protection = ["-passout", "pass:" + password] if password else ["-nodes"]
        openssl("req", "-x509", "-config", self._path("config"), "-extensions", kind, "-newkey", *algorithm,
                *protection, "-keyout", key, "-out", certificate, "-subj", "/CN=" + subject, "-days", days, *more)
