"""What hosts and their parts do to the program: health checks of HAProxy, hosts files as Docker writes them."""

import csv
import os
import socket
import subprocess
import tempfile
import unittest

import private_host
import support
from support import Server, endpoint, options, wait_until

HAPROXY = "/usr/sbin/haproxy"
CHECKS = """
global
    stats socket {folder}/stats
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
backend portico
    option httpchk
    server one {address} check inter 50ms fall 1 rise 1
"""


@unittest.skipUnless(os.path.exists(HAPROXY), "no haproxy on this host")
class HealthChecks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def status(self):
        """Returns what HAProxy thinks of the server: "UP", "DOWN"; with the reason. None as long as it does not answer."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(support.TIMEOUT)
                client.connect(os.path.join(self.folder, "stats"))
                client.sendall(b"show stat\n")
                answer = support.read_all(client).decode()
        except (FileNotFoundError, ConnectionError):
            return None
        rows = csv.DictReader(answer.lstrip("# ").splitlines())
        return next((row["status"], row["check_status"]) for row in rows if row["svname"] == "one")

    def test_a_plain_httpchk_of_haproxy_follows_the_server(self):
        with Server({"endpoints": {"health": endpoint("health")}}) as server:
            file = os.path.join(self.folder, "haproxy.cfg")
            with open(file, "w", encoding="utf-8") as output:
                output.write(CHECKS.format(folder=self.folder, address="%s:%d" % server.address("health")))
            haproxy = subprocess.Popen([HAPROXY, "-db", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                # L7OK: of HTTP. A server is also UP before its first check.
                wait_until(lambda: self.status() == ("UP", "L7OK"), "HAProxy's check succeeds")
                self.assertEqual(server.stop(), 0)
                wait_until(lambda: (self.status() or ("",))[0] == "DOWN", "HAProxy sees that the server is gone")
            finally:
                haproxy.terminate()
                haproxy.wait(support.TIMEOUT)


@unittest.skipUnless(private_host.is_possible(), "this host allows no mounts and networks of one's own")
class HostsFiles(unittest.TestCase):
    """The program listens on `localhost` where IPv6 is off."""

    def listens_with(self, hosts):
        with tempfile.TemporaryDirectory() as etc:
            with open(os.path.join(etc, "hosts"), "w", encoding="ascii") as file:
                file.write(hosts)
            launcher = private_host.launcher(etc)
            with Server({"endpoints": {"e": endpoint("echo", listen="localhost:7000")}}, launcher=launcher) as server:
                listening = server.wait_for("listening")
                checked = subprocess.run(
                    ["nsenter", "-t", str(server.pid), *([] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]),
                     "-m", "-n", options.program, "healthcheck", os.path.join(server.folder, "portico.json")],
                    capture_output=True, text=True, timeout=support.TIMEOUT, check=False)
                self.assertEqual(checked.returncode, 0, checked.stderr)
                self.assertEqual(server.stop(), 0)
                self.assertEqual(len(server.events("listening")), 1, server.text)
                self.assertEqual(listening["address"], "127.0.0.1:7000")
                return server.events("config_problem")

    def test_an_ipv6_address_that_docker_wrote_is_passed_over_with_a_warning(self):
        warnings = self.listens_with("127.0.0.1 localhost\n::1 localhost ip6-localhost\n")
        self.assertEqual([warning["endpoint"] for warning in warnings], ["e"])
        self.assertIn("[::1]:7000", str(warnings))

    def test_a_name_listed_twice_is_one_address(self):
        self.assertEqual(self.listens_with("127.0.0.1 localhost\n127.0.0.1 localhost\n"), [])
        self.assertEqual(self.listens_with("127.0.0.1 localhost\n127.0.0.1 host localhost\n"), [])


support.main()
