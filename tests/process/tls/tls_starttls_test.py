"""TLS that the session starts in the middle of its protocol."""

import socket
import subprocess
import unittest

from tls_support import TlsCase, TlsClient
import support
from support import endpoint


class StartTls(TlsCase):
    program = "sample"

    @classmethod
    def endpoints(cls):
        tls = cls.pair.settings(start="by_session")
        return {"pop3": endpoint("stls", tls=tls),
                "quick": endpoint("stls", tls=tls, timeouts={"tls_handshake": "1s"}),
                "none": endpoint("stls")}

    def begin(self, at="pop3", send=b"STLS\r\n"):
        """Connects a client and sends its first lines."""
        connection = self.server.connect(at)
        self.addCleanup(connection.close)
        self.assertEqual(support.receive(connection, 11), b"+OK ready\r\n")
        connection.sendall(send)
        return connection

    def go_ahead(self, connection):
        self.assertEqual(support.receive(connection, 14), b"+OK go ahead\r\n")

    def test_openssls_client_starts_it_as_pop3_does(self):
        address = "%s:%d" % self.server.address("pop3")
        client = subprocess.run(
            ["openssl", "s_client", "-starttls", "pop3", "-connect", address, "-CAfile", self.authority.certificate,
             "-verify_return_error", "-quiet", "-no_ign_eof"],
            input="hello\n", capture_output=True, text=True, timeout=support.TIMEOUT)
        self.assertEqual(client.returncode, 0, client.stderr)

    def test_lines_before_and_after(self):
        connection = self.begin(send=b"plain\r\nSTLS\r\n")
        self.assertEqual(support.receive(connection, 11), b"+OK plain\r\n")
        self.go_ahead(connection)
        client = TlsClient(connection, self.context(), "a.example")
        client.handshake()
        client.write(b"secret\r\n")
        self.assertEqual(client.read_exactly(12), b"+OK secret\r\n")
        client.finish_writing()
        self.assertEqual(client.read_all(), b"")
        closed = self.closed("pop3", connection)
        self.assertEqual((closed["reason"], closed["tls"]), ("finished", "TLSv1.3"))

    def test_a_hello_in_the_same_packet_as_the_command_is_not_lost(self):
        connection = self.begin(send=b"")
        client = TlsClient(connection, self.context(), "a.example")
        connection.sendall(b"STLS\r\n" + client.handshake_step())
        self.go_ahead(connection)
        client.handshake()
        client.write(b"secret\r\n")
        self.assertEqual(client.read_exactly(12), b"+OK secret\r\n")

    def test_a_line_injected_before_the_handshake_is_never_executed(self):
        connection = self.begin(send=b"STLS\r\ninjected\r\n")  # CVE-2011-0411
        self.go_ahead(connection)
        self.assertEqual(support.read_all(connection), b"")  # no answer to it
        connection.shutdown(socket.SHUT_WR)
        self.assertEqual(self.closed("pop3", connection)["reason"], "tls_failed")

    def test_a_handshake_that_never_starts_is_aborted_by_its_deadline(self):
        connection = self.begin("quick")
        self.go_ahead(connection)
        closed = self.closed("quick", connection)
        self.assertEqual(closed["reason"], "tls_timeout")

    def test_starting_it_without_a_certificate_or_twice_is_a_handler_error(self):
        connection = self.begin("none")
        self.assertEqual(self.closed("none", connection)["reason"], "handler_error")
        connection = self.begin()
        self.go_ahead(connection)
        client = TlsClient(connection, self.context(), "a.example")
        client.handshake()
        client.write(b"STLS\r\n")
        self.assertEqual(self.closed("pop3", connection)["reason"], "handler_error")


support.main()
