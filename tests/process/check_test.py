"""The commands that read a configuration and do not serve it."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest

import support
from support import options

GOOD = {"endpoints": {"echo": {"listen": "127.0.0.1:7000", "handler": "echo"}}}


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.folder = folder.name

    def file(self, content):
        path = os.path.join(self.folder, "portico.json")
        with open(path, "w", encoding="utf-8") as output:
            output.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def run_command(self, *arguments, **more):
        return subprocess.run(support.command(options.program, *arguments), capture_output=True, text=True,
                              timeout=support.TIMEOUT, **more)

    def test_a_valid_file_is_one_line_and_exit_0(self):
        result = self.run_command("check", self.file(GOOD))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stdout.splitlines()), 1)

    def test_all_problems_are_reported_together_with_exit_1(self):
        result = self.run_command("check", self.file('{ "workres": 1,\n  "endpoints": { "e": { "listen": ":1" } } }'))
        self.assertEqual(result.returncode, 1)
        lines = [line for line in result.stderr.splitlines() if "portico.json:" in line]
        self.assertEqual(len(lines), 2, result.stderr)
        self.assertIn('portico.json:1:3: workres: unknown key; did you mean "workers"?', lines[0])
        self.assertIn("portico.json:2:", lines[1])

    def test_an_unreadable_file_or_invalid_json_is_exit_2(self):
        self.assertEqual(self.run_command("check", self.file("{ nonsense")).returncode, 2)
        self.assertEqual(self.run_command("check", self.folder).returncode, 2)
        self.assertEqual(self.run_command("check", os.path.join(self.folder, "none.json")).returncode, 2)

    def test_a_file_name_may_be_of_any_language(self):
        name = os.path.join(self.folder, "f\u00fcr \u65e5\u672c.json")
        os.rename(self.file(GOOD), name)
        result = self.run_command("check", name, encoding="utf-8", env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("f\u00fcr \u65e5\u672c.json: ok", result.stdout)

    def test_nothing_is_bound(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = {"endpoints": {"e": {"listen": f"127.0.0.1:{other.getsockname()[1]}", "handler": "echo"}}}
            self.assertEqual(self.run_command("check", self.file(taken)).returncode, 0)

    def with_substitution(self, path):
        return self.file({"endpoints": {"e": {"listen": "127.0.0.1:7000", "handler": "echo",
                                              "on_full": {"farewell": "${file:%s}x" % path}}}})

    def test_no_command_waits_for_the_writer_of_a_substituted_pipe(self):
        if support.windows():
            self.skipTest("Windows has no pipes in folders")
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for command in ("check", "doctor", "defaults", "healthcheck", "run"):
            result = self.run_command(command, self.with_substitution("pipe"))
            self.assertEqual(result.returncode, 1, command)
            self.assertRegex(result.stderr, r'portico.json:1:\d+: endpoints.e.on_full.farewell: the file "pipe" is a pipe, '
                                            r"not a regular file")

    def test_a_substituted_socket_or_device_is_refused_and_the_null_device_is_empty(self):
        if support.windows():
            self.skipTest("POSIX has these files")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.join(self.folder, "socket"))
        for path, kind in (("socket", "a socket"), ("/dev/zero", "a device"), ("/dev/tty", "a device")):
            result = self.run_command("check", self.with_substitution(path))
            self.assertEqual(result.returncode, 1, path)
            self.assertIn(f'the file "{path}" is {kind}, not a regular file', result.stderr)
        self.assertEqual(self.run_command("check", self.with_substitution("/dev/null")).returncode, 0)

    def test_the_configuration_itself_may_be_a_pipe(self):
        if support.windows():
            self.skipTest("POSIX has these files")
        script = 'exec "$0" check <(cat "$1")'
        result = subprocess.run(["bash", "-c", script, options.program, self.file(GOOD)], capture_output=True, text=True,
                                check=False, timeout=support.TIMEOUT)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_signal_ends_the_wait_for_the_writer_of_the_configuration(self):
        if support.windows():
            self.skipTest("POSIX has these files")
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for command in ("check", "run"):
            waiting = subprocess.Popen([options.program, command, pipe], stderr=subprocess.DEVNULL)
            self.addCleanup(waiting.kill)
            writer = support.wait_until(lambda: self.writer_of(pipe), "the program reads the pipe")
            waiting.terminate()
            self.assertEqual(waiting.wait(support.TIMEOUT), -signal.SIGTERM)
            os.close(writer)

    def writer_of(self, pipe):
        """Returns the writing end of a pipe as soon as somebody reads it."""
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    def test_one_path_in_two_spellings_is_one_address(self):
        others = ["unix:./a.sock", "unix:.//a.sock"]
        if not support.windows():  # there a path without a drive is another one than the file's
            others.append(f"unix:{self.folder}/./a.sock")
        for other in others:
            result = self.run_command("check", self.file({"endpoints": {
                "a": {"listen": "unix:a.sock", "handler": "echo"}, "b": {"listen": other, "handler": "echo"}}}))
            self.assertEqual(result.returncode, 1, other)
            self.assertIn("endpoints.b.listen: already used by endpoints.a.listen", result.stderr)
        different = {"endpoints": {"a": {"listen": "unix:a.sock", "handler": "echo"},
                                   "b": {"listen": "unix:link/../a.sock", "handler": "echo"}}}
        self.assertEqual(self.run_command("check", self.file(different)).returncode, 0, "only the host knows")

    def test_it_needs_no_privileges(self):
        if support.windows() or os.geteuid() != 0:
            self.skipTest("only root can change to another user, on POSIX")
        try:
            result = self.run_command("check", self.file(GOOD), user=65534, group=65534)
        except PermissionError:
            self.skipTest("the build folder is closed to others")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_effective_configuration_is_a_valid_file(self):
        effective = self.run_command("defaults", self.file(GOOD)).stdout
        self.assertEqual(json.loads(effective)["endpoints"]["echo"]["timeouts"]["idle"], "10m")
        self.assertEqual(self.run_command("check", self.file(effective)).returncode, 0)
        self.assertEqual(self.run_command("check", self.file(self.run_command("defaults").stdout)).returncode, 0)

    def test_an_unknown_command_suggests_the_nearest_one(self):
        for given, expected in (("chekc", 'there is no command "chekc"; did you mean "check"?'),
                                ("help", 'there is no command "help"; did you mean "--help"?'),
                                ("nonsense", 'there is no command "nonsense"; known: run, check, ')):
            result = self.run_command(given, "file.json")
            self.assertEqual(result.returncode, 64)
            self.assertIn(expected, result.stderr)

    def test_a_wrong_command_line_is_exit_64(self):
        for arguments in ((), ("serve",), ("run",), ("check", "a", "b")):
            self.assertEqual(self.run_command(*arguments).returncode, 64, arguments)

    def test_help_is_exit_0(self):
        self.assertEqual(self.run_command("--help").returncode, 0)


support.main()
