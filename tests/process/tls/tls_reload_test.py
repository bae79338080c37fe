"""Certificates that change on disk while the server runs: they are used without a restart or a failed handshake."""

import os
import shutil
import signal
import ssl
import tempfile
import threading
import unittest

from tls_support import TlsClient, client_context
from certificates import Authority
import support
from support import Server, endpoint

SWAPS = 50


class Reload(unittest.TestCase):
    """The server reads `now/tls.crt` and `now/tls.key`; `now` is a folder or a link."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.authority = Authority(self.folder)
        self.now = os.path.join(self.folder, "now")
        self.context = client_context(self.authority)

    def serve(self, **tls):
        settings = {"certificate": os.path.join(self.now, "tls.crt"), "key": os.path.join(self.now, "tls.key"), **tls}
        server = Server({"endpoints": {"echo": endpoint("echo", tls=settings)}})
        self.addCleanup(server.__exit__)
        server.wait_for("listening")
        return server

    def folder_of(self, pair):
        """Creates a folder with the pair, under the names that the server reads."""
        folder = tempfile.mkdtemp(dir=self.folder)
        shutil.copy(pair.certificate, os.path.join(folder, "tls.crt"))
        shutil.copy(pair.key, os.path.join(folder, "tls.key"))
        return folder

    def rename_over(self, pair):
        """Replaces each file atomically, one after the other, as most programs that renew certificates do."""
        source = self.folder_of(pair)
        os.makedirs(self.now, exist_ok=True)
        for name in ("tls.key", "tls.crt"):
            os.replace(os.path.join(source, name), os.path.join(self.now, name))

    def swap_link(self, pair):
        """Replaces the link with a link to another folder, as Kubernetes does with a mounted secret."""
        link = os.path.join(self.folder, "next")
        os.symlink(self.folder_of(pair), link)
        os.replace(link, self.now)

    def connect(self, server):
        client = TlsClient(server.connect("echo"), self.context, "a.example")
        self.addCleanup(client.socket.close)
        client.handshake()
        return client

    def serial(self, server):
        with self.connect(server) as client:
            return int(client.tls.getpeercert()["serialNumber"], 16)

    def wait_for_serial(self, server, pair):
        support.wait_until(lambda: self.serial(server) == pair.serial, "the new certificate is shown")

    def wait_for_replacement(self, server, pair):
        server.wait_for("certificate_replaced", serial=f"{pair.serial:04X}")

    def swap_under_load(self, swap):
        swap(self.authority.issue("a.example"))
        server = self.serve()
        old = self.connect(server)
        load = Load(server, self.context)
        for _ in range(SWAPS):
            pair = self.authority.issue("a.example")
            swap(pair)
            if not support.windows():
                os.kill(server.pid, signal.SIGHUP)  # otherwise it would see few of them
                self.wait_for_replacement(server, pair)
        self.wait_for_serial(server, pair)
        handshakes, failures = load.stop()
        print(f"{handshakes} handshakes meanwhile")
        self.assertEqual(failures, [])
        self.assertGreater(handshakes, SWAPS)
        old.write(b"still here")
        self.assertEqual(old.read_exactly(10), b"still here")
        self.assertEqual(server.stop(), 0)

    def test_renamed_files_are_used_without_a_failed_handshake(self):
        self.swap_under_load(self.rename_over)

    def test_a_swapped_link_as_in_kubernetes_is_used_without_a_failed_handshake(self):
        self.swap_under_load(self.swap_link)

    def test_a_pair_that_does_not_match_is_reported_and_the_old_one_kept(self):
        first = self.authority.issue("a.example")
        self.swap_link(first)
        server = self.serve()
        odd = self.authority.issue("a.example")
        shutil.copy(self.authority.issue("a.example").key, odd.key)
        self.swap_link(odd)
        problem = server.wait_for("config_problem")
        self.assertIn("tls", str(problem))
        self.assertEqual(self.serial(server), first.serial)
        good = self.authority.issue("a.example")
        self.swap_link(good)
        self.wait_for_serial(server, good)
        self.assertEqual(server.stop(), 0)

    def test_a_missing_file_is_reported_once_and_the_old_certificate_kept(self):
        first = self.authority.issue("a.example")
        self.rename_over(first)
        server = self.serve()
        os.remove(os.path.join(self.now, "tls.crt"))
        server.wait_for("config_problem")
        self.assertEqual(self.serial(server), first.serial)

    def test_certificates_of_other_names_are_reloaded_too(self):
        self.rename_over(self.authority.issue("a.example"))
        default = self.authority.issue("other.example")
        server = self.serve(**default.settings(), sni={"a.example": {
            "certificate": os.path.join(self.now, "tls.crt"), "key": os.path.join(self.now, "tls.key")}})
        second = self.authority.issue("a.example")
        self.rename_over(second)
        self.wait_for_serial(server, second)

    def test_sighup_polls_immediately(self):
        if support.windows():
            self.skipTest("Windows has no SIGHUP")
        self.swap_link(self.authority.issue("a.example"))
        server = self.serve()
        for _ in range(10):
            pair = self.authority.issue("a.example")
            self.swap_link(pair)
            os.kill(server.pid, signal.SIGHUP)
            # The regular poll, every two seconds and confirmed by a second one, would need longer.
            support.wait_until(lambda: self.serial(server) == pair.serial, "the new certificate", timeout=1.9)
        server.wait_for("reloaded", count=10)
        self.assertGreater(len(server.events("reloaded", tls_endpoints=1, replaced=1, rejected=0)), 0)
        os.remove(os.path.join(self.now, "tls.crt"))
        os.kill(server.pid, signal.SIGHUP)
        self.assertEqual(server.wait_for("reloaded", count=11)["rejected"], 1)

    def test_sighup_right_after_the_start_is_not_too_early(self):
        if support.windows():
            self.skipTest("Windows has no SIGHUP")
        self.swap_link(self.authority.issue("a.example"))
        for _ in range(10):
            server = self.serve()
            os.kill(server.pid, signal.SIGHUP)
            self.serial(server)
            self.assertEqual(server.stop(), 0)

    def test_a_certificate_that_expires_soon_is_reported_at_the_start(self):
        for days, reports in ((13, 1), (15, 0)):
            self.rename_over(self.authority.issue("a.example", days=days))
            server = self.serve()
            if reports:
                self.assertEqual(server.wait_for("certificate_expires")["subject"], "CN=a.example")
            self.serial(server)
            self.assertEqual(len(server.events("certificate_expires")), reports)
            self.assertEqual(server.stop(), 0)


class Load:
    """A thread that makes one handshake after another, until stop()."""

    def __init__(self, server, context):
        self._server, self._context = server, context
        self._handshakes, self._failures = 0, []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join()
        return self._handshakes, self._failures

    def _run(self):
        while not self._stop.is_set():
            try:
                with TlsClient(self._server.connect("echo"), self._context, "a.example") as client:
                    client.handshake()
                    client.write(b"x")
                    if client.read_exactly(1) != b"x":
                        raise AssertionError("another byte came back")
                self._handshakes += 1
            except (OSError, ssl.SSLError, AssertionError) as error:
                self._failures.append(repr(error))


support.main()
