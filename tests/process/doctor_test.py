"""The command doctor."""

import contextlib
import json
import os
import socket
import unittest

import support
from free_ports import free_port
from host_commands import Commands
from support import endpoint


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


class Doctor(Commands):
    def test_files_with_problems_are_reported_as_by_check(self):
        self.expect_the_problems_of_check("doctor")

    def only_linux(self):
        if support.windows():
            self.skipTest("Windows has no such limit")

    def test_a_good_file_is_a_few_lines_and_exit_0(self):
        address = f"127.0.0.1:{free_port()}"
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
        port = free_port()
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


support.main()
