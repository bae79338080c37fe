"""Shared code of the TLS tests: a server with certificates of a test CA, and clients that can do what Python's ssl
sockets cannot: half-close, stop in the middle of a handshake, or start one on a connection already in use.
"""

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import support  # noqa: E402
from certificates import Authority  # noqa: E402


class AuthorityCase(unittest.TestCase):
    """A CA for all tests of a class, and a certificate that it has signed."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.authority = Authority(cls.folder)
        cls.pair = cls.authority.issue("a.example")


class TlsCase(AuthorityCase):
    """One server for all tests of a class; the class defines its endpoints()."""
    program = "program"  # or "sample"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = support.Server(cls.config(), getattr(support.options, cls.program))
        cls.addClassCleanup(cls.server.__exit__)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    @classmethod
    def config(cls):
        return {"workers": 2, "endpoints": cls.endpoints()}

    @classmethod
    def context(cls, **more):
        return client_context(cls.authority, **more)

    @classmethod
    def connect(cls, endpoint, name="a.example", context=None, session=None):
        """Returns a client that has completed its handshake."""
        client = TlsClient(cls.server.connect(endpoint), context or cls.context(), name, session)
        client.handshake()
        return client

    def s_client(self, endpoint, *arguments, **more):
        return s_client(self.server.address(endpoint), self.authority, *arguments, **more)

    @classmethod
    def closed(cls, endpoint, connection):
        """Returns a client's `closed` event. Its port alone is ambiguous: another endpoint's client may have had it."""
        return cls.server.wait_for("closed", endpoint=endpoint, peer=support.peer_name(connection))

    def refused(self, endpoint, run):
        """Returns the `closed` event of the handshake that fails while `run` runs."""
        before = len(self.server.events("closed", endpoint=endpoint, reason="tls_failed"))
        run()
        closed = self.server.wait_for("closed", count=before + 1, endpoint=endpoint, reason="tls_failed")
        self.assertTrue(closed.get("error"), closed)
        return closed


def client_context(authority=None, version=None, pair=None, alpn=None):
    """Returns the context of a client that trusts the CA, or any certificate without one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority:
        context.load_verify_locations(authority.certificate)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    if pair:
        context.load_cert_chain(pair.certificate, pair.key)
    if alpn:
        context.set_alpn_protocols(alpn)
    return context


def s_client(address, authority, *arguments, text=""):
    """Runs OpenSSL's client until the server closes or refuses the connection; result.whoami is the `tls` from a
    `whoami` endpoint."""
    command = ["openssl", "s_client", "-connect", "%s:%d" % address, "-CAfile", authority.certificate,
               "-verify_return_error", "-ign_eof", "-nameopt", "RFC2253", *arguments]
    result = subprocess.run(command, input=text, capture_output=True, text=True, timeout=support.TIMEOUT)
    lines = [line for line in result.stdout.splitlines() if line.startswith('{"id":')]
    result.whoami = json.loads(lines[0])["tls"] if lines else None
    return result


class TlsClient:
    """TLS over a socket, with control over each step."""

    def __init__(self, connection, context, name=None, session=None):
        self.socket = connection
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name, session=session)
        self.done = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def handshake(self):
        self._until_done(self.tls.do_handshake)

    def handshake_step(self):
        """Returns the bytes that this client sends next; `done` is then true if its handshake is complete."""
        try:
            self.tls.do_handshake()
            self.done = True
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def take(self):
        """Waits for bytes from the server."""
        part = self.socket.recv(65536)
        self.incoming.write(part) if part else self.incoming.write_eof()

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[self._until_done(lambda: self.tls.write(view[:65536])):]

    def read(self, size=65536):
        """Returns some bytes, or none after close_notify. Raises ssl.SSLEOFError at EOF without it."""
        try:
            return self._until_done(lambda: self.tls.read(size))
        except ssl.SSLZeroReturnError:
            return b""

    def read_exactly(self, size):
        received = bytearray()
        while len(received) < size and (part := self.read()):
            received += part
        return bytes(received)

    def read_all(self):
        parts = []
        while part := self.read():
            parts.append(part)
        return b"".join(parts)

    def finish_writing(self):
        """Sends close_notify; reading is still possible."""
        try:
            self.tls.unwrap()
        except (ssl.SSLWantReadError, ssl.SSLSyscallError):
            pass
        self._flush()

    def close_without_notice(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _until_done(self, operation):
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._flush()
                self.take()
            else:
                self._flush()
                return result

    def _flush(self):
        if self.outgoing.pending:
            self.socket.sendall(self.outgoing.read())


def whoami(client):
    """Returns the `tls` that a `whoami` endpoint sends to a client."""
    return json.loads(client.read_all())["tls"]
