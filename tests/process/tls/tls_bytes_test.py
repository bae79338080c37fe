"""Bytes over TLS: all of them, in both directions, and a close that differs from a truncation."""

import hashlib
import socket
import ssl
import threading
import unittest

from tls_support import TlsCase
import support
from support import endpoint, options

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
MEBIBYTE = 1 << 20


class Bytes(TlsCase):
    program = "sample"

    @classmethod
    def endpoints(cls):
        tls = cls.pair.settings()
        return {
            "echo": endpoint("echo", tls=tls),
            "shout": endpoint("shout", tls=tls),
            "answer": endpoint("answer", tls=tls, options={"size": 4 * MEBIBYTE, "at_end": True}),
            "idle": endpoint("echo", tls=tls, timeouts={"first_byte": "1s"}),
            "fail": endpoint("throw_exception", tls=tls),
        }

    def test_megabytes_come_back_as_they_were_sent(self):
        size = (2 if options.small or support.windows() else 16) * MEBIBYTE
        data = bytes(range(256)) * (size // 256)
        for version in VERSIONS:
            with self.connect("echo", context=self.context(version=version)) as client:
                self.assertEqual(client.tls.write(data), size)
                # The other thread only sends: OpenSSL allows one thread at a time on a connection.
                sender = threading.Thread(target=client.socket.sendall, args=(client.outgoing.read(),))
                sender.start()
                received = client.read_exactly(size)
                sender.join()
                self.assertEqual(hashlib.sha256(received).digest(), hashlib.sha256(data).digest())

    def test_the_log_has_the_sessions_bytes_and_the_tls_version(self):
        with self.connect("shout") as client:
            client.write(b"hello\n")
            self.assertEqual(client.read_exactly(6), b"HELLO\n")
            client.finish_writing()
            self.assertEqual(client.read_all(), b"")
            closed = self.closed("shout", client.socket)
        self.assertEqual((closed["reason"], closed["bytes_in"], closed["bytes_out"]), ("finished", 6, 6))
        self.assertEqual(closed["tls"], "TLSv1.3")

    def test_a_message_of_one_byte_records_is_answered(self):
        with self.connect("shout") as client:
            for byte in b"hello\n":
                client.write(bytes([byte]))
            self.assertEqual(client.read_exactly(6), b"HELLO\n")

    def test_a_client_still_gets_the_answer_after_its_close_notify(self):
        for version in VERSIONS:
            with self.connect("answer", context=self.context(version=version)) as client:
                client.write(b"x")
                client.finish_writing()
                self.assertEqual(len(client.read_all()), 4 * MEBIBYTE)
                self.assertEqual(self.closed("answer", client.socket)["reason"], "finished")

    def test_eof_without_close_notify_is_a_truncation(self):
        for version in VERSIONS:
            with self.connect("echo", context=self.context(version=version)) as client:
                client.write(b"x")
                self.assertEqual(client.read_exactly(1), b"x")
                client.close_without_notice()
                self.assertEqual(self.closed("echo", client.socket)["reason"], "tls_truncated")

    def test_an_aborted_client_never_reads_close_notify(self):
        for at, send, reason in (("idle", b"", "first_byte_timeout"), ("fail", b"x", "handler_error")):
            with self.connect(at) as client:
                client.write(send)
                with self.assertRaises((ConnectionResetError, ssl.SSLEOFError)):
                    client.read_all()
                self.assertEqual(self.closed(at, client.socket)["reason"], reason)

    def test_a_finished_session_sends_close_notify_before_eof(self):
        with self.connect("shout") as client:
            client.finish_writing()
            self.assertEqual(client.read_all(), b"")  # after close_notify; otherwise ssl.SSLEOFError
            self.assertEqual(client.socket.recv(1), b"")

    def test_a_record_that_arrives_byte_by_byte_matches(self):
        with self.connect("shout") as client:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.tls.write(b"hello\n")
            for byte in client.outgoing.read():
                client.socket.send(bytes([byte]))
            self.assertEqual(client.read_exactly(6), b"HELLO\n")


support.main()
