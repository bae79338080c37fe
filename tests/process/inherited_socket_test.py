"""Listening sockets that a service manager has opened: fd:N and systemd:NAME (sd_listen_fds(3))."""

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest

import support
from support import Server, endpoint, options

# Does what a service manager does between fork and exec: moves descriptors to 3, 4, ... and sets the environment.
# A separate program, because Python builds a child's environment before the fork and cannot know LISTEN_PID.
LAUNCHER = """
import os, sys
moved = [int(number) for number in sys.argv[1].split(",")]
names, listen_pid = sys.argv[2], sys.argv[3]
for target, source in enumerate(moved, 3):
    os.dup2(source, target, inheritable=True)
    os.close(source)
if listen_pid:
    os.environ.update(LISTEN_PID=str(os.getpid() if listen_pid == "ours" else 1), LISTEN_FDS=str(len(moved)))
    if names:
        os.environ["LISTEN_FDNAMES"] = names
os.execv(sys.argv[4], sys.argv[4:])
"""


class Inherited(unittest.TestCase):
    def setUp(self):
        if support.windows():
            self.skipTest("Windows has no inherited sockets")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "inherited.sock")

    def tcp(self):
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.addCleanup(listening.close)
        return listening

    def unix(self):
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(self.path)
        listening.listen()
        return listening

    @contextlib.contextmanager
    def server(self, endpoints, sockets, names="", listen_pid="ours", program=None):
        """Starts it with `sockets` as descriptors 3, 4, ...; listen_pid: "ours", "another", or "" for no variables."""
        with self.launcher(sockets, names, listen_pid) as (launcher, moved):
            running = Server({"endpoints": endpoints}, program, launcher=launcher, pass_fds=moved)
        with running as server:
            yield server

    @staticmethod
    @contextlib.contextmanager
    def launcher(sockets, names="", listen_pid="ours"):
        """Makes the command that starts a program with `sockets` as its descriptors 3, 4, ..."""
        # Numbers that do not collide with the final ones.
        moved = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 100) for one in sockets]
        try:
            yield [sys.executable, "-c", LAUNCHER, ",".join(map(str, moved)), names, listen_pid], moved
        finally:
            for descriptor in moved:
                os.close(descriptor)

    def doctor(self, endpoints, sockets, **how):
        """Runs doctor as the server would be started."""
        file = self.path + ".json"
        with open(file, "w", encoding="ascii") as output:
            json.dump({"endpoints": endpoints}, output)
        with self.launcher(sockets, **how) as (launcher, moved):
            return subprocess.run([*launcher, options.program, "doctor", file], capture_output=True, text=True,
                                  timeout=support.TIMEOUT, pass_fds=moved)

    def round_trip(self, listening, message=b"ping\n"):
        with socket.socket(listening.family) as client:
            client.settimeout(support.TIMEOUT)
            client.connect(listening.getsockname())
            client.sendall(message)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(support.read_all(client), message)

    def refused(self, listen, sockets, *words, **how):
        with self.server({"web": endpoint("echo", listen=listen)}, sockets, **how) as server:
            self.assertEqual(server.wait_for_exit(), 3)
            error = server.wait_for("start_failed")["error"]
            self.assertTrue(error.startswith("endpoint web: "), error)
            for word in words:
                self.assertIn(word, error)
            print(error)
        said = error.split(": cannot listen on ", 1)[1].split(": ", 1)[1].split(", not to this one, ")[0]
        found = self.doctor({"web": endpoint("echo", listen=listen)}, sockets, **how)
        self.assertEqual(found.returncode, 3, found.stdout)
        self.assertIn(": refused, " + said, found.stdout, "doctor says what the start says")

    # --- serving

    def test_a_descriptor_is_served_with_or_without_the_variables(self):
        for listen_pid in ("ours", "another", ""):
            with self.subTest(listen_pid=listen_pid):
                listening = self.tcp()
                endpoints = {"echo": endpoint("echo", listen="fd:3")}
                with self.server(endpoints, [listening], listen_pid=listen_pid) as server:
                    address = server.wait_for("listening")["address"]
                    self.assertEqual(address, "%s:%d" % listening.getsockname())
                    self.round_trip(listening)
                    self.assertEqual(server.stop(), 0)

    def test_sockets_are_found_by_name(self):
        web, again, admin = self.tcp(), self.tcp(), self.unix()
        endpoints = {"web": endpoint("echo", listen="systemd:web"), "admin": endpoint("echo", listen="systemd:admin")}
        with self.server(endpoints, [web, admin, again], names="web:admin:web") as server:
            server.wait_for("listening", endpoint="web", count=2)
            self.assertEqual(server.wait_for("listening", endpoint="admin")["address"], "unix:" + self.path)
            for listening in (web, again, admin):
                self.round_trip(listening)
            self.assertEqual(server.stop(), 0)
        self.assertTrue(os.path.exists(self.path), "the file of a socket that is not ours")

    def test_sockets_without_names_are_called_unknown(self):
        listening = self.tcp()
        with self.server({"web": endpoint("echo", listen="systemd:unknown")}, [listening]) as server:
            server.wait_for("listening")
            self.round_trip(listening)
            self.assertEqual(server.stop(), 0)

    def test_the_environment_and_the_sockets_are_kept_from_children(self):
        listening = self.tcp()
        with self.server({"web": endpoint("echo", listen="fd:3")}, [listening]) as server:
            server.wait_for("listening")
            with open(f"/proc/{server.pid}/fdinfo/3", encoding="ascii") as info:
                flags = next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
            self.assertTrue(flags & os.O_CLOEXEC)
            self.assertEqual(server.stop(), 0)

    def test_clients_that_connected_before_the_server_are_served(self):
        listening = self.tcp()
        clients = [socket.create_connection(listening.getsockname(), timeout=support.TIMEOUT) for _ in range(5)]
        for client in clients:
            self.addCleanup(client.close)
            client.sendall(b"early")
        with self.server({"web": endpoint("echo", listen="systemd:web")}, [listening], names="web") as server:
            for client in clients:
                self.assertEqual(support.receive(client, 5), b"early")
                client.close()
            self.assertEqual(server.stop(), 0)

    def test_a_restart_loses_no_client(self):
        listening = self.tcp()
        # A client that is admitted at the last moment does not leave by itself.
        endpoints = {"web": endpoint("echo", listen="systemd:web", timeouts={"linger": "100ms"})}
        answered = 0
        for _ in range(4):
            with self.server(endpoints, [listening], names="web") as server:
                server.wait_for("listening")
                self.round_trip(listening)
                server.request_stop()
                # Connects while it stops, or after it has stopped; then the next server serves it.
                with socket.create_connection(listening.getsockname(), timeout=support.TIMEOUT) as client:
                    self.assertEqual(server.wait_for_exit(), 0)
                    if server.events("closed", peer=support.peer_name(client)):
                        continue  # admitted at the last moment, and closed gracefully
                    client.sendall(b"between")
                    client.shutdown(socket.SHUT_WR)
                    with self.server(endpoints, [listening], names="web") as next_one:
                        self.assertEqual(support.read_all(client), b"between")
                        self.assertEqual(next_one.stop(), 0)
                    answered += 1
        print(f"{answered} of 4 clients were served by the next server")

    def test_a_restart_loses_no_client_that_has_to_wait(self):
        rules = {"endpoint_full": {"limits": {"connections": 1}}, "rate": {"accept": {"rate": "1/h"}}}
        for cause, rule in rules.items():
            with self.subTest(cause=cause):
                listening = self.tcp()
                how = {"names": "web"}
                web = endpoint("echo", listen="systemd:web", timeouts={"linger": "100ms"}, **rule)
                with self.server({"web": web}, [listening], **how) as server:
                    server.wait_for("listening")
                    with socket.create_connection(listening.getsockname(), timeout=support.TIMEOUT) as first:
                        first.sendall(b"first")
                        self.assertEqual(support.receive(first, 5), b"first")
                        waiting = [socket.create_connection(listening.getsockname(), timeout=support.TIMEOUT)
                                   for _ in range(5)]
                        for client in waiting:
                            self.addCleanup(client.close)
                            client.sendall(b"waiting")
                        self.assertEqual(server.wait_for("accept_paused")["cause"], cause)
                    if cause == "endpoint_full":
                        # The slot of the first is free, so one is served; the others have to wait again.
                        self.assertEqual(support.receive(waiting[0], 7), b"waiting")
                    self.assertEqual(server.stop(), 0)
                    self.assertEqual(server.events("refused"), [])
                with self.server({"web": endpoint("echo", listen="systemd:web")}, [listening], **how) as server:
                    for client in waiting[1:]:
                        self.assertEqual(support.receive(client, 7), b"waiting")
                        client.close()
                    self.assertEqual(server.stop(), 0)

    def test_a_socket_that_no_endpoint_uses_is_reported(self):
        web, admin = self.tcp(), self.tcp()
        with self.server({"web": endpoint("echo", listen="systemd:web")}, [web, admin], names="web:admin") as server:
            server.wait_for("listening")
            self.assertIn("socket systemd:admin (descriptor 4) was passed but no endpoint uses it", server.text)
            self.assertEqual(server.stop(), 0)
        found = self.doctor({"web": endpoint("echo", listen="systemd:web")}, [web, admin], names="web:admin")
        self.assertEqual(found.returncode, 0, found.stdout)
        self.assertIn("socket systemd:admin (descriptor 4) was passed but no endpoint uses it", found.stdout)

    def test_a_doctor_leaves_the_sockets_to_the_server(self):
        listening = self.tcp()
        endpoints = {"web": endpoint("echo", listen="systemd:web")}
        with socket.create_connection(listening.getsockname(), timeout=support.TIMEOUT) as early:
            early.sendall(b"early")
            flags = fcntl.fcntl(listening, fcntl.F_GETFL)
            found = self.doctor(endpoints, [listening], names="web")
            self.assertEqual(found.returncode, 0, found.stdout)
            self.assertIn("addresses: ok, ", found.stdout)
            self.assertEqual(fcntl.fcntl(listening, fcntl.F_GETFL), flags)
            with self.server(endpoints, [listening], names="web") as server:
                self.assertEqual(support.receive(early, 5), b"early")
                early.close()
                self.assertEqual(server.stop(), 0)

    # --- mistakes

    def test_a_descriptor_that_was_not_inherited_is_refused_even_if_the_program_has_one_of_that_number(self):
        for number in range(4, 12):
            self.refused(f"fd:{number}", [self.tcp()], f"fd:{number}", "no such descriptor was passed")

    def test_a_name_that_was_not_passed_is_refused(self):
        self.refused("systemd:web", [self.tcp()], "systemd:web", "no socket of that name was passed", names="other")
        self.refused("systemd:web", [self.tcp()], "no socket of that name was passed", names="web", listen_pid="")

    def test_sockets_that_were_passed_to_a_wrapper_are_said_to_be_its(self):
        self.refused("systemd:web", [self.tcp()], "the sockets were passed to process 1 (LISTEN_PID), not to this one, ",
                     "exec", names="web", listen_pid="another")

    def test_a_descriptor_that_does_not_listen_is_refused(self):
        with socket.socket() as idle, socket.socket(type=socket.SOCK_DGRAM) as datagrams, open(os.devnull) as file:
            self.refused("fd:3", [idle], "descriptor 3 does not listen")
            self.refused("fd:3", [datagrams], "descriptor 3 is not a stream socket")
            self.refused("systemd:web", [file], "descriptor 3 is not a socket", names="web")

    def test_one_socket_cannot_be_listened_on_twice(self):
        self.refused(["systemd:web", "fd:3"], [self.tcp()], "descriptor 3 is already used by endpoint web (systemd:web)",
                     names="web")

    def test_an_address_that_an_inherited_socket_has_is_said_to_be_its_endpoints(self):
        tcp, unix = self.tcp(), self.unix()
        abstract = socket.socket(socket.AF_UNIX)
        self.addCleanup(abstract.close)
        abstract.bind(f"\0portico-inherited-{os.getpid()}")
        abstract.listen()
        for inherited, listen, says in (
                (tcp, "%s:%d" % tcp.getsockname(), "%s:%d is already used by " % tcp.getsockname()),
                (unix, "unix:" + self.path, "the same socket is already used by "),
                (abstract, f"unix:@portico-inherited-{os.getpid()}", "the same socket is already used by ")):
            with self.subTest(listen=listen):
                self.refused(["fd:3", listen], [inherited], f"cannot listen on {listen}: {says}endpoint web (fd:3)")

    # --- other commands

    def test_a_health_check_skips_them_and_says_so(self):
        file = self.path + ".json"
        with open(file, "w", encoding="ascii") as output:
            output.write('{"endpoints": {"web": {"listen": ["fd:3", "systemd:web"], "handler": "echo"}}}')
        self.assertEqual(subprocess.run([options.program, "check", file], timeout=support.TIMEOUT).returncode, 0)
        result = subprocess.run([options.program, "healthcheck", file], capture_output=True, text=True,
                                timeout=support.TIMEOUT)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("endpoint web: fd:3 skipped: ", result.stdout)
        self.assertIn("endpoint web: systemd:web skipped: ", result.stdout)


class OnWindows(unittest.TestCase):
    def test_there_are_none(self):
        if not support.windows():
            self.skipTest("this system has inherited sockets")
        for listen in ("fd:3", "systemd:web"):
            with Server({"endpoints": {"web": endpoint("echo", listen=listen)}}) as server:
                self.assertEqual(server.wait_for_exit(), 3)
                self.assertIn(f"endpoint web: cannot listen on {listen}: Windows has no inherited sockets", server.text)


support.main()
