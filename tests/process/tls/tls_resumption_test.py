"""Sessions that are resumed without a full handshake, within the time that the endpoint allows."""

import os
import ssl
import unittest

from tls_support import TlsCase, s_client
import support
from support import endpoint


class Resumption(TlsCase):
    @classmethod
    def endpoints(cls):
        cls.client = cls.authority.issue(subject="client one")
        settings = cls.pair.settings(client_certificates={"mode": "request", "ca": cls.authority.certificate})
        other = cls.authority.issue("a.example")
        return {"hour": endpoint("whoami", tls=settings),
                "never": endpoint("whoami", tls={**settings, "resumption": "0s"}),
                "second": endpoint("whoami", tls={**settings, "resumption": "1s"}),
                "other": endpoint("whoami", tls=other.settings()),
                "discard": endpoint("discard", tls=cls.pair.settings())}

    def first(self, at, *arguments):
        """Makes a full handshake; returns the name of a file with its session."""
        file = os.path.join(self.folder, self.id() + at)
        whoami = self.s_client(at, "-sess_out", file, *arguments).whoami
        self.assertFalse(whoami["resumed"])
        return file

    def test_a_session_is_resumed(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("hour", version)
            self.assertTrue(self.s_client("hour", version, "-sess_in", session).whoami["resumed"], version)

    def test_a_resumed_session_knows_the_clients_certificate(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("hour", version, "-cert", self.client.certificate, "-key", self.client.key)
            whoami = self.s_client("hour", version, "-sess_in", session).whoami
            self.assertEqual((whoami["resumed"], whoami["client_subject"]), (True, "CN=client one"), version)

    def test_zero_means_never(self):
        for version in ("-tls1_2", "-tls1_3"):
            file = os.path.join(self.folder, "never" + version)
            said = self.s_client("never", version, "-sess_out", file).stdout
            self.assertNotIn("TLS session ticket:", said)
            if os.path.exists(file):  # in 1.2 there is a session even if it cannot be resumed
                self.assertFalse(self.s_client("never", version, "-sess_in", file).whoami["resumed"])

    def test_the_client_receives_the_lifetime(self):
        for at, seconds in (("hour", 3600), ("second", 1)):
            for version in ("-tls1_2", "-tls1_3"):
                self.assertIn(f"TLS session ticket lifetime hint: {seconds} (seconds)", self.s_client(at, version).stdout)

    def test_a_session_that_is_too_old_is_not_resumed(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("second", version)
            support.wait_until(lambda: not self.s_client("second", version, "-sess_in", session).whoami["resumed"],
                               "the session is too old")

    def test_a_chain_of_resumptions_does_not_last_longer_than_one(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("second", version)

            def again():
                return self.s_client("second", version, "-sess_in", session, "-sess_out", session).whoami["resumed"]
            support.wait_until(lambda: not again(), "the client needs a full handshake")

    def test_a_client_that_only_writes_loses_nothing_to_an_unread_ticket(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for _ in range(5):
                client = self.context(version=version).wrap_socket(self.server.connect("discard"),
                                                                   server_hostname="a.example")
                peer = support.peer_name(client)
                client.sendall(bytes(3 << 20))
                client.close()
                closed = self.server.wait_for("closed", endpoint="discard", peer=peer)
                self.assertEqual((closed["reason"], closed["bytes_in"]), ("tls_truncated", 3 << 20), version)

    def test_servers_with_the_same_ticket_keys_resume_each_others_sessions(self):
        keys = os.path.join(self.folder, "tickets.txt")

        def replace(text):
            with open(keys + ".new", "w", encoding="ascii") as file:
                file.write(text)
            os.replace(keys + ".new", keys)

        first_key, second_key = (f"{os.urandom(80).hex()}\n" for _ in range(2))
        replace(first_key)
        settings = self.pair.settings(ticket_keys=keys)
        servers = [support.Server({"endpoints": {"e": endpoint("whoami", tls=settings)}}) for _ in range(2)]
        for server in servers:
            self.addCleanup(server.__exit__)

        def resumed(server, session, *arguments):
            return s_client(server.address("e"), self.authority, *arguments, "-sess_in", session).whoami["resumed"]

        for version in ("-tls1_2", "-tls1_3"):
            session = os.path.join(self.folder, "shared" + version)
            s_client(servers[0].address("e"), self.authority, version, "-sess_out", session)
            self.assertTrue(resumed(servers[1], session, version), version)
        replace(second_key + first_key)
        servers[1].wait_for("certificate_replaced")
        self.assertTrue(resumed(servers[1], session, version), "the last key is still in the file")
        replace(second_key)
        servers[1].wait_for("certificate_replaced", count=2)
        self.assertFalse(resumed(servers[1], session, version))

    def test_another_name_is_another_session(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("hour", version, "-servername", "a.example")
            whoami = self.s_client("hour", version, "-sess_in", session, "-servername", "b.example").whoami
            self.assertEqual((whoami["resumed"], whoami["server_name"]), (False, "b.example"), version)

    def test_a_session_of_one_endpoint_is_not_resumed_at_another(self):
        for version in ("-tls1_2", "-tls1_3"):
            session = self.first("hour", version)
            whoami = self.s_client("other", version, "-sess_in", session).whoami
            self.assertTrue(whoami is None or not whoami["resumed"], version)


support.main()
