"""The commands that check a configuration on this host: doctor and healthcheck."""

import contextlib
import json
import os
import resource
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import private_host
import support
from support import Server, endpoint, options


# Runs a health check on a host whose name server is silent. The network and the mounts are this script's own.
@contextlib.contextmanager
def cgroup(limit):
    """Makes a cgroup whose processes may use so many processors, and returns its folder; skips the test elsewhere."""
    name = f"portico-test-{os.getpid()}"
    for root, quota, period in (("/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", None),
                                ("/sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us", None),
                                ("/sys/fs/cgroup", "cpu.max", 100000)):
        folder = os.path.join(root, name)
        try:
            os.mkdir(folder)
        except OSError:
            continue
        try:
            with open(os.path.join(folder, quota), "w", encoding="ascii") as file:
                file.write(f"{int(limit * 100000)} {period}" if period else str(int(limit * 100000)))
        except OSError:
            os.rmdir(folder)
            continue
        try:
            yield folder
        finally:
            os.rmdir(folder)
        return
    raise unittest.SkipTest("this user may not make a cgroup that limits the processor")


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_command(self, name, config, descriptors=None, before=None):
        """Runs a command on a file; `descriptors` limits its open files, and it calls `before` before it starts."""
        path = os.path.join(self.folder, "portico.json")
        with open(path, "w", encoding="utf-8") as output:
            output.write(config if isinstance(config, str) else json.dumps(config))
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))) if descriptors else None
        return subprocess.run(support.command(options.program, name, path), capture_output=True, text=True,
                              timeout=support.TIMEOUT, preexec_fn=limit or before)


class Files(Commands):
    def test_files_with_problems_are_reported_as_by_check(self):
        for name in ("doctor", "healthcheck"):
            self.assertEqual(self.run_command(name, "{ nonsense").returncode, 2)
            result = self.run_command(name, {"endpoints": {"e": endpoint("nobody")}})
            self.assertEqual(result.returncode, 1)
            self.assertIn("portico.json:1:", result.stderr)


class Doctor(Commands):
    def only_linux(self):
        if support.windows():
            self.skipTest("Windows has no such limit")

    def test_a_good_file_is_a_few_lines_and_exit_0(self):
        address = f"127.0.0.1:{support.free_port()}"
        config = {"limits": {"connections": 10}, "endpoints": {"echo": endpoint("echo", listen=address)}}
        result = self.run_command("doctor", config)
        self.assertEqual(result.returncode, 0, result.stderr)
        subjects = [line.split(": ok, ")[0] for line in result.stdout.splitlines()]
        backlog = [] if support.windows() else ["backlog"]
        self.assertEqual(subjects, ["workers", "descriptors", *backlog, "addresses", "stop"], result.stdout)

    def expect_the_error_of_run(self, config, words, **how):
        found = self.run_command("doctor", config, **how)
        self.assertEqual(found.returncode, 3, found.stdout)
        line = next(line for line in found.stdout.splitlines() if ": refused, " in line)
        self.assertIn(words, line)
        refused = self.run_command("run", config, **how)
        self.assertEqual(refused.returncode, 3)
        self.assertIn(words, json.loads(refused.stderr.splitlines()[-1])["error"])
        print(line)

    def test_a_port_in_use_is_the_error_of_run(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            address = f"127.0.0.1:{other.getsockname()[1]}"
            config = {"endpoints": {"e": endpoint("echo", listen=address)}}
            self.expect_the_error_of_run(config, f"bind to {address}: ")

    def test_an_address_that_the_host_lacks_is_the_error_of_run(self):
        config = {"endpoints": {"e": endpoint("echo", listen="192.0.2.1:7000")}}
        self.expect_the_error_of_run(config, "bind to 192.0.2.1:7000: ")

    def test_two_own_endpoints_on_one_address_are_the_error_of_run(self):
        port = support.free_port()
        config = {"endpoints": {"a": endpoint("echo", listen=f"localhost:{port}"),
                                "b": endpoint("echo", listen=f"127.0.0.1:{port}")}}
        words = f"127.0.0.1:{port} is already used by endpoint a (localhost:{port})"
        self.expect_the_error_of_run(config, words)

    def unix(self, *names, **more):
        """Returns a file with one endpoint for each name of a Unix socket: a, b, ..."""
        return {"endpoints": {name: endpoint("echo", listen="unix:" + os.path.join(self.folder, path), **more)
                              for name, path in zip("abc", names)}}

    def test_a_socket_that_cannot_be_created_is_the_error_of_run(self):
        if support.windows():
            self.skipTest("this Wine has no Unix sockets")
        missing = os.path.join(self.folder, "missing")
        self.expect_the_error_of_run(self.unix("missing/p.sock"), f"the folder {missing} does not exist")
        self.expect_the_error_of_run(self.unix("portico.json/p.sock"), "portico.json is not a folder")
        for kind, word in (("owner", "user"), ("group", "group")):
            for name in ("p.sock", "missing/p.sock"):
                config = self.unix(name, unix_socket={kind: "no such one"})
                words = f'this host has no {word} "no such one"' if name == "p.sock" else f"the folder {missing} does"
                self.expect_the_error_of_run(config, words)

    def test_a_socket_that_this_user_may_not_create_is_the_error_of_run(self):
        if support.windows() or os.geteuid() != 0:
            self.skipTest("only root can change to another user, on POSIX")
        os.chmod(self.folder, 0o755)
        closed, own = os.path.join(self.folder, "closed"), os.path.join(self.folder, "own")
        os.mkdir(closed, 0o755)
        os.mkdir(own)
        os.chown(own, 65534, 65534)

        def leave_root():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

        how = {"before": leave_root}
        try:
            self.run_command("version", "", **how)
        except PermissionError:
            self.skipTest("the build folder is closed to others")
        words = f"cannot create a file in the folder {closed}: Permission denied"
        self.expect_the_error_of_run(self.unix("closed/p.sock"), words, **how)
        for kind, word in (("owner", "user"), ("group", "group")):
            self.expect_the_error_of_run(self.unix("own/p.sock", unix_socket={kind: "root"}),
                                         f'this user may not give the file to the {word} "root"', **how)

    def test_two_own_endpoints_on_one_path_are_the_error_of_run(self):
        if support.windows():
            self.skipTest("this Wine has no Unix sockets")
        os.mkdir(os.path.join(self.folder, "real"))
        os.symlink("real", os.path.join(self.folder, "link"))
        words = f"the same socket is already used by endpoint a (unix:{self.folder}/real/p.sock)"
        for other in ("link/p.sock", "link/../real/p.sock"):
            self.expect_the_error_of_run(self.unix("real/p.sock", other), words)

    def test_the_affinity_decides_how_many_workers_there_are(self):
        self.only_linux()
        config = {"endpoints": {"echo": endpoint("echo")}}
        one = {min(os.sched_getaffinity(0))}
        found = self.run_command("doctor", config, before=lambda: os.sched_setaffinity(0, one))
        self.assertIn("workers: ok, 1; this process may use 1 processor", found.stdout)

    def test_the_cpu_limit_of_a_container_decides_how_many_workers_there_are(self):
        self.only_linux()
        config = {"endpoints": {"echo": endpoint("echo")}}
        for limit, workers in ((0.5, 1), (1.5, 2)):
            with self.subTest(limit=limit), cgroup(limit) as folder:
                def enter():
                    with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
                        file.write(str(os.getpid()))
                found = self.run_command("doctor", config, before=enter)
                workers = min(workers, len(os.sched_getaffinity(0)))
                self.assertRegex(found.stdout, f"(?m)^workers: ok, {workers}; .* at most {limit} by its CPU limit$")

    def test_a_limit_that_does_not_fit_is_refused_by_run_in_the_same_words(self):
        self.only_linux()
        config = {"limits": {"connections": 9_999_999}, "endpoints": {"echo": endpoint("echo")}}
        found = self.run_command("doctor", config, descriptors=2000)
        self.assertEqual(found.returncode, 3, found.stdout)
        line = next(line for line in found.stdout.splitlines() if line.startswith("descriptors: refused, "))
        self.assertIn("limits.connections is 9999999", line)
        refused = self.run_command("run", config, descriptors=2000)
        self.assertEqual(refused.returncode, 3)
        self.assertIn(line.removeprefix("descriptors: refused, "), refused.stderr)
        print(refused.stderr)

    def test_the_suggested_limit_fits(self):
        self.only_linux()
        config = {"workers": 1, "limits": {"connections": 9_999_999}, "endpoints": {"echo": endpoint("echo")}}
        refused = self.run_command("doctor", config, descriptors=200).stdout
        fits = int(refused.split("lower it to ")[1].split(",")[0])
        config["limits"]["connections"] = fits
        self.assertEqual(self.run_command("doctor", config, descriptors=200).returncode, 0)
        config["limits"]["connections"] = fits + 1
        self.assertEqual(self.run_command("doctor", config, descriptors=200).returncode, 3)

    def test_too_few_descriptors_to_start_are_an_error_too(self):
        self.only_linux()
        config = {"workers": 64, "endpoints": {"echo": endpoint("echo")}}
        refused = self.run_command("run", config, descriptors=100)
        self.assertEqual(refused.returncode, 3, refused.stderr)
        self.assertIn("100 descriptors", refused.stderr)
        self.assertEqual(self.run_command("doctor", config, descriptors=100).returncode, 3)

    def test_a_backlog_that_the_kernel_reduces_is_reported(self):
        self.only_linux()
        with open("/proc/sys/net/core/somaxconn", encoding="ascii") as file:
            max_backlog = int(file.read())
        if max_backlog >= 65535:
            self.skipTest("this kernel allows every backlog that can be configured")
        result = self.run_command("doctor", {"endpoints": {"echo": endpoint("echo", accept={"backlog": 65535})}})
        self.assertEqual(result.returncode, 0)
        self.assertIn("endpoint echo: warning, accept.backlog is 65535, but the kernel silently reduces it to "
                      f"{max_backlog}", result.stdout)

    def test_a_stop_that_may_take_long_is_reported(self):
        config = {"shutdown": {"drain": "1h"}, "endpoints": {"echo": endpoint("echo")}}
        result = self.run_command("doctor", config)
        self.assertEqual(result.returncode, 0)
        line = result.stdout.splitlines()[-1]
        self.assertRegex(line, "^stop: (warning|note), .* take up to 1h, but (Windows|`docker stop`) ")
        print(line)


class Healthcheck(Commands):
    def check(self, config, exit_code, *lines, notes=()):
        """Runs a health check and expects one line that contains each of `lines`, and of `notes` in its output; returns
        the seconds it took."""
        begin = time.monotonic()
        result = self.run_command("healthcheck", config)
        took = time.monotonic() - begin
        found = [line for line in result.stderr.splitlines() if line.startswith("endpoint ")]
        self.assertEqual(result.returncode, exit_code, result.stderr)
        for said, parts in ((found, lines), (result.stdout.splitlines(), notes)):
            self.assertEqual(len(said), len(parts), result.stderr + result.stdout)
            for line, part in zip(said, parts):
                self.assertIn(part, line)
        return took

    def test_a_running_server_is_healthy_and_a_stopped_one_is_not(self):
        ports = support.free_ports(3)
        config = {"endpoints": {
            "echo": endpoint("echo", listen=[f"127.0.0.1:{ports[0]}", f":{ports[1]}"]),
            "health": endpoint("health", listen=f"0.0.0.0:{ports[2]}"),
        }}
        with Server(config) as server:
            server.wait_for("listening", count=3)
            self.check(config, 0)
            self.assertEqual(server.stop(), 0)
        self.check(config, 1, *(f"endpoint {name}: 127.0.0.1:{port} does not "
                                for name, port in zip(("echo", "echo", "health"), ports)))

    def test_one_address_that_does_not_accept_is_enough(self):
        ports = support.free_ports(2)
        config = {"endpoints": {"one": endpoint("echo", listen=f"127.0.0.1:{ports[0]}")}}
        with Server(config) as server:
            server.wait_for("listening")
            config["endpoints"]["two"] = endpoint("echo", listen=f"127.0.0.1:{ports[1]}")
            self.check(config, 1, f"endpoint two: 127.0.0.1:{ports[1]} does not ")
            self.assertEqual(server.stop(), 0)

    def test_a_stopping_server_accepts_and_is_not_healthy(self):
        echo, health = support.free_ports(2)
        config = {"shutdown": {"delay": "1m"}, "endpoints": {
            "echo": endpoint("echo", listen=f"127.0.0.1:{echo}"),
            "health": endpoint("health", listen=f"127.0.0.1:{health}"),
        }}
        with Server(config) as server:
            server.wait_for("listening", count=2)
            self.check(config, 0)
            server.request_stop()
            server.wait_for("stopping")
            asked = time.monotonic()
            self.check(config, 1, f"endpoint health: 127.0.0.1:{health} answers 503 Service Unavailable")
            server.request_immediate_stop(asked)
            self.assertEqual(server.wait_for_exit(), 0)

    def test_a_full_server_is_healthy(self):
        echo, health = support.free_ports(2)
        config = {"limits": {"connections": 1}, "endpoints": {
            "echo": endpoint("echo", listen=f"127.0.0.1:{echo}"),
            "health": endpoint("health", listen=f"127.0.0.1:{health}"),
        }}
        with Server(config) as server:
            server.wait_for("listening", count=2)
            only = socket.create_connection(("127.0.0.1", echo), timeout=support.TIMEOUT)
            self.addCleanup(only.close)
            only.sendall(b"x")
            self.assertEqual(support.receive(only, 1), b"x")
            with socket.create_connection(("127.0.0.1", echo)):
                self.assertEqual(server.wait_for("accept_paused")["cause"], "server_full")
                for _ in range(20):
                    self.check(config, 0)
            only.close()
            self.assertEqual(server.stop(), 0)

    def test_an_endpoint_that_resets_because_it_is_full_is_healthy(self):
        one = {"connections": 1}
        for whole, rules in (({"limits": one}, {}), ({}, {"limits": one}), ({}, {"limits": {"per_address": one}}),
                             ({}, {"accept": {"rate": "1/h"}})):
            config = {**whole, "endpoints": {"echo": endpoint("echo", listen=f"127.0.0.1:{support.free_port()}",
                                                              on_full="reset", **rules)}}
            with self.subTest(config=config), Server(config) as server:
                with server.connect("echo") as only:
                    only.sendall(b"x")
                    self.assertEqual(support.receive(only, 1), b"x")
                    for _ in range(20):
                        self.check(config, 0)
                self.assertEqual(server.stop(), 0)

    def test_a_health_endpoint_that_resets_does_not_answer(self):
        config = {"endpoints": {"health": endpoint("health", listen=f"127.0.0.1:{support.free_port()}",
                                                   on_full="reset", limits={"connections": 1})}}
        with Server(config) as server, server.connect("health") as only:
            only.sendall(b"GET")
            for _ in range(20):
                self.check(config, 1, " accepts, but does not answer: ")
            only.close()
            self.assertEqual(server.stop(), 0)

    def test_a_port_that_the_system_chooses_cannot_be_checked(self):
        self.check({"endpoints": {"echo": endpoint("echo", listen="127.0.0.1:0")}}, 1,
                   "endpoint echo: 127.0.0.1:0 cannot be checked: the system chooses the port")

    def test_the_answer_of_a_health_endpoint_decides(self):
        for answer, lines in ((b"HTTP/1.1 200 OK\r\n\r\n", ()),
                              (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", (" answers 503 Service Unavailable",)),
                              (b"HTTP/1.1 2000 OK\r\n", (" answers 2000 OK",)),
                              (b"SSH-2.0-200\r\n", (" answers SSH-2.0-200",)),
                              (b"", (" accepts, but does not answer: ",)),
                              (2000 * b"x", (" accepts, but does not answer: ",))):
            with self.subTest(answer=answer[:40]), socket.create_server(("127.0.0.1", 0)) as other:
                thread = threading.Thread(target=self.answer, args=(other, answer))
                thread.start()
                config = {"endpoints": {"h": endpoint("health", listen=f"127.0.0.1:{other.getsockname()[1]}")}}
                self.check(config, 1 if lines else 0, *lines)
                thread.join(support.TIMEOUT)

    def test_an_endpoint_whose_rules_refuse_this_host_says_so(self):
        for rules, says in (({"allow": ["192.0.2.0/24"]}, "accept.allow does not include 127.0.0.1"),
                            ({"deny": ["127.0.0.0/8"]}, "accept.deny includes 127.0.0.1")):
            health, echo = support.free_ports(2)
            config = {"endpoints": {"health": endpoint("health", listen=f"127.0.0.1:{health}", accept=rules),
                                    "echo": endpoint("echo", listen=f"127.0.0.1:{echo}", accept=rules)}}
            with self.subTest(rules=rules), Server(config) as server:
                server.wait_for("listening", count=2)
                says = f"accepts, but refuses this check: {says}, which it comes from"
                for _ in range(20):
                    self.check(config, 1, f"endpoint health: 127.0.0.1:{health} {says}",
                               notes=(f"endpoint echo: 127.0.0.1:{echo} {says}",))
                self.assertEqual(server.stop(), 0)

    def test_it_keeps_what_it_said_if_a_name_server_does_not_answer(self):
        config = {"endpoints": {"e": endpoint("echo", listen=["fd:3", "name.example:7000"])}}
        path = os.path.join(self.folder, "portico.json")
        with open(path, "w", encoding="utf-8") as output:
            json.dump(config, output)
        if support.windows() or not private_host.is_possible():
            self.skipTest("needs a network and mounts of its own")
        etc = os.path.join(self.folder, "etc")
        os.mkdir(etc)
        for name, text in (("resolv.conf", "nameserver 127.0.0.1"), ("nsswitch.conf", "hosts: files dns")):
            with open(os.path.join(etc, name), "w", encoding="ascii") as output:
                output.write(text)
        result = subprocess.run([*private_host.launcher(etc), options.program, "healthcheck", path],
                                capture_output=True, text=True, timeout=support.TIMEOUT)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("endpoint e: fd:3 skipped: ", result.stdout)
        self.assertIn("endpoint e: name.example:7000 does not answer within 2s", result.stderr)

    @staticmethod
    def answer(listener, answer):
        connection, _ = listener.accept()
        with connection:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += connection.recv(1000)
            connection.sendall(answer)

    def test_it_waits_two_seconds_however_many_addresses_do_not_answer(self):
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(20)]
        for listener in listeners:
            self.addCleanup(listener.close)
        config = {"endpoints": {f"h{i}": endpoint("health", listen=f"127.0.0.1:{listener.getsockname()[1]}")
                                for i, listener in enumerate(listeners)}}
        took = self.check(config, 1, *[" does not answer within 2s"] * len(listeners))
        print(f"{took:.1f} s for {len(listeners)} that are silent")
        self.assertLess(took, support.TIMEOUT / 2)


support.main()
