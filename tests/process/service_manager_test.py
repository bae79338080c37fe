"""Started as a service, the program tells its manager how it is: that it is ready, reloads, works and stops; sd_notify(3)
(Linux)."""

import contextlib
import os
import signal
import socket
import tempfile
import time
import unittest

import support
from support import Server, endpoint, options

CONFIG = {"endpoints": {"echo": endpoint("echo")}}


class Manager:
    """A service manager that reads what is sent to NOTIFY_SOCKET, as systemd does."""

    def __init__(self, path=None):
        """Reads at a path, or at an abstract name."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(support.TIMEOUT)
        name = f"portico-test-{os.getpid()}"
        self.address, self.name = (path, path) if path else ("\0" + name, "@" + name)
        self.socket.bind(self.address)

    def receive(self):
        """Returns the next report, its lines as a dictionary."""
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode("ascii").split("\n"))

    def receive_all(self):
        """Returns the reports that are there."""
        self.socket.setblocking(False)
        reports = []
        with contextlib.suppress(BlockingIOError):
            while True:
                reports.append(self.receive())
        self.socket.settimeout(support.TIMEOUT)
        return reports

    def is_silent(self, seconds):
        """Returns true if no report comes for that time."""
        self.socket.settimeout(seconds)
        try:
            self.receive()
            return False
        except socket.timeout:
            return True
        finally:
            self.socket.settimeout(support.TIMEOUT)

    def fill_queue(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    other.sendto(b"STATUS=of another service", self.address)


class ServiceManager(unittest.TestCase):
    def manager(self, path=None):
        manager = Manager(path)
        self.addCleanup(manager.socket.close)
        return manager

    def server(self, manager, config=CONFIG, program=None, launcher=(), **variables):
        return Server(config, program, env={"NOTIFY_SOCKET": manager.name, **variables}, launcher=launcher)

    def unix_sockets_of(self, server):
        """Returns the Unix sockets that the server has open."""
        folder = f"/proc/{server.pid}/fd"
        targets = {os.readlink(os.path.join(folder, file)) for file in os.listdir(folder)}
        with open("/proc/net/unix", encoding="utf-8") as file:
            return [line for line in file if f"socket:[{(line.split() + 7 * [''])[6]}]" in targets]

    def expect_ready_and_stopping(self, manager):
        with self.server(manager) as server:
            self.assertEqual(manager.receive(), {"READY": "1"})
            server.round_trip("echo")  # it is indeed
            support.wait_until(lambda: not self.unix_sockets_of(server), "no socket is kept for it")
            server.request_stop()
            self.assertEqual(manager.receive(), {"STOPPING": "1"})
            self.assertEqual(server.wait_for_exit(), 0)
        self.assertEqual(manager.receive_all(), [])

    def test_at_a_path(self):
        with tempfile.TemporaryDirectory() as folder:
            self.expect_ready_and_stopping(self.manager(os.path.join(folder, "notify")))

    def test_at_an_abstract_name(self):
        self.expect_ready_and_stopping(self.manager())

    def test_a_server_that_cannot_start_is_never_ready(self):
        manager = self.manager()
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = {"endpoints": {"echo": endpoint("echo", listen=f"127.0.0.1:{other.getsockname()[1]}")}}
            with self.server(manager, taken) as server:
                self.assertEqual(server.wait_for_exit(), 3)
        self.assertEqual(manager.receive_all(), [])

    def test_it_serves_if_nobody_listens_there_or_the_name_is_invalid(self):
        for name in ("/nowhere/notify", "@portico-test-nobody", "@", "relative", "vsock:2:1234", "/" + 200 * "x"):
            with self.subTest(name=name), Server(CONFIG, env={"NOTIFY_SOCKET": name}) as server:
                server.round_trip("echo")
                self.assertEqual(server.stop(), 0)

    # --- a queue that is full

    def test_it_does_not_wait_for_a_manager_that_does_not_read(self):
        manager = self.manager()
        manager.fill_queue()
        with self.server(manager, WATCHDOG_USEC="30000") as server:
            server.round_trip("echo")
            self.assertEqual(server.stop(), 0)

    def test_a_queue_that_is_full_loses_no_report(self):
        manager = self.manager()
        manager.fill_queue()
        with self.server(manager) as server:
            server.round_trip("echo")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for("reloaded")
            others = manager.receive_all()
            reports = [report for report in others if "STATUS" not in report]
            while len(reports) < 3:
                reports.append(manager.receive())
            self.assertEqual([list(report)[0] for report in reports], ["READY", "RELOADING", "READY"])
            server.request_stop()
            self.assertEqual(manager.receive(), {"STOPPING": "1"})
            self.assertEqual(server.wait_for_exit(), 0)
        self.assertEqual(manager.receive_all(), [])

    # --- Type=notify-reload

    def test_a_reload_begins_at_a_time_of_the_managers_clock_and_ends(self):
        manager = self.manager()
        with self.server(manager) as server:
            self.assertEqual(manager.receive(), {"READY": "1"})
            for _ in range(2):
                before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                server.process.send_signal(signal.SIGHUP)
                reloading = manager.receive()
                after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                self.assertEqual(reloading.pop("RELOADING"), "1")
                since = int(reloading.pop("MONOTONIC_USEC"))
                self.assertTrue(before <= since <= after, (before, since, after))
                self.assertEqual(reloading, {})
                self.assertEqual(manager.receive(), {"READY": "1"})
            self.assertEqual(server.stop(), 0)
            self.assertEqual(manager.receive(), {"STOPPING": "1"})

    # --- WatchdogSec=

    def test_a_server_that_works_reports_it_until_it_has_stopped(self):
        manager = self.manager()
        config = {"shutdown": {"delay": "500ms"}, **CONFIG}
        with self.server(manager, config, WATCHDOG_USEC="90000") as server:
            self.assertEqual(manager.receive(), {"READY": "1"})
            begin = time.monotonic()
            for _ in range(5):
                self.assertEqual(manager.receive(), {"WATCHDOG": "1"})
            print(f"five reports in {(time.monotonic() - begin) * 1000:.0f} ms")
            server.request_stop()
            self.assertEqual(server.wait_for_exit(), 0)
        reports = [list(report)[0] for report in manager.receive_all()]
        self.assertIn("WATCHDOG", reports[reports.index("STOPPING"):])

    def test_a_server_with_a_blocked_worker_does_not(self):
        manager = self.manager()
        config = {"workers": 2, "endpoints": {"block": endpoint("block")}}
        with self.server(manager, config, options.sample, WATCHDOG_USEC="90000") as server:
            self.assertEqual(manager.receive(), {"READY": "1"})
            self.assertEqual(manager.receive(), {"WATCHDOG": "1"})
            with server.connect("block") as client:
                client.sendall(b"x")
                support.wait_until(lambda: manager.is_silent(1), "no report for a second, or ten periods")
                server.type_line()
                self.assertEqual(manager.receive(), {"WATCHDOG": "1"})
            self.assertEqual(server.stop(), 0)

    def test_it_reports_nothing_to_a_watchdog_of_another_process(self):
        manager = self.manager()
        for process, expected in (("1", True), ("$$", False)):
            launcher = ["sh", "-c", f'WATCHDOG_USEC=30000 WATCHDOG_PID={process} exec "$@"', "sh"]
            with self.subTest(process=process), self.server(manager, launcher=launcher) as server:
                self.assertEqual(manager.receive(), {"READY": "1"})
                self.assertEqual(manager.is_silent(1), expected)
                self.assertEqual(server.stop(), 0)
                manager.receive_all()

    # --- the journal

    def test_lines_for_the_journal_have_priorities(self):
        # Sets JOURNAL_STREAM as systemd does: the device and the inode of standard error.
        launcher = ["sh", "-c", 'JOURNAL_STREAM="$(stat -L -c %d:%i /proc/self/fd/2)" exec "$@"', "sh"]
        for launch, priorities in ((launcher, {"<6>"}), (["env", "JOURNAL_STREAM=1:1"], {"{\"t"})):
            with self.subTest(launch=launch), Server(CONFIG, launcher=launch) as server:
                support.wait_until(lambda: '"listening"' in server.text, "the server listens")
                self.assertEqual(server.stop(), 0)
                self.assertEqual({line[:3] for line in server.text.splitlines()}, priorities, server.text)


support.main()
