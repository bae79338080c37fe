"""Started as a service, the program reports that it is ready, and that it stops: sd_notify(3) (Linux)."""

import os
import socket
import tempfile
import unittest

import support
from support import Server, endpoint

CONFIG = {"endpoints": {"echo": endpoint("echo")}}


class ServiceManager(unittest.TestCase):
    def setUp(self):
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.settimeout(support.TIMEOUT)

    def unix_sockets_of(self, server):
        """Returns the Unix sockets that the server has open."""
        folder = f"/proc/{server.pid}/fd"
        targets = {os.readlink(os.path.join(folder, file)) for file in os.listdir(folder)}
        with open("/proc/net/unix", encoding="utf-8") as file:
            return [line for line in file if f"socket:[{(line.split() + 7 * [''])[6]}]" in targets]

    def expect_notifications(self, name):
        with Server(CONFIG, env={"NOTIFY_SOCKET": name}) as server:
            self.assertEqual(self.manager.recv(100), b"READY=1")
            server.round_trip("echo")  # it is indeed
            support.wait_until(lambda: not self.unix_sockets_of(server), "no socket is kept for it")
            server.request_stop()
            self.assertEqual(self.manager.recv(100), b"STOPPING=1")
            self.assertEqual(server.wait_for_exit(), 0)

    def test_at_a_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notify")
            self.manager.bind(path)
            self.expect_notifications(path)

    def test_at_an_abstract_name(self):
        name = f"portico-test-{os.getpid()}"
        self.manager.bind("\0" + name)
        self.expect_notifications("@" + name)

    def test_a_server_that_cannot_start_is_never_ready(self):
        name = f"portico-test-{os.getpid()}"
        self.manager.bind("\0" + name)
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = {"endpoints": {"echo": endpoint("echo", listen=f"127.0.0.1:{other.getsockname()[1]}")}}
            with Server(taken, env={"NOTIFY_SOCKET": "@" + name}) as server:
                self.assertEqual(server.wait_for_exit(), 3)
        self.manager.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.manager.recv(100)

    def test_it_serves_if_nobody_listens_there_or_the_name_is_invalid(self):
        for name in ("/nowhere/notify", "@portico-test-nobody", "@", "relative", "vsock:2:1234", "/" + 200 * "x"):
            with self.subTest(name=name), Server(CONFIG, env={"NOTIFY_SOCKET": name}) as server:
                server.round_trip("echo")
                self.assertEqual(server.stop(), 0)

    def test_it_does_not_wait_for_a_manager_that_does_not_read(self):
        name = f"portico-test-{os.getpid()}"
        self.manager.bind("\0" + name)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    other.sendto(b"x", "\0" + name)
        with Server(CONFIG, env={"NOTIFY_SOCKET": "@" + name}) as server:
            server.round_trip("echo")
            self.assertEqual(server.stop(), 0)


support.main()
