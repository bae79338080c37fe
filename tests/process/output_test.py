"""Output that fails: a full device, a pipe that nobody reads, a disk that fills up (Linux)."""

import fcntl
import json
import os
import resource
import socket
import subprocess
import tempfile
import unittest

import support
from support import endpoint, options

WARNING = {"accept": {"deny": ["10.0.0.0/8"]}}  # of no use for a Unix socket, as a warning says


class FailingOutput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.socket = os.path.join(self.folder, "echo.sock")
        self.full = open("/dev/full", "w", encoding="ascii")
        self.addCleanup(self.full.close)

    def file(self, **more):
        """Writes a configuration that has a warning; returns its path."""
        path = os.path.join(self.folder, "portico.json")
        config = {"endpoints": {"echo": endpoint("echo", listen="unix:" + self.socket, **WARNING)}, **more}
        with open(path, "w", encoding="utf-8") as output:
            json.dump(config, output)
        return path


class Commands(FailingOutput):
    def exit_code(self, *arguments, **streams):
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams}
        result = subprocess.run([options.program, *arguments], text=True, timeout=support.TIMEOUT, **streams)
        if result.returncode == 74 and streams["stderr"] == subprocess.PIPE:
            self.assertIn("portico: standard output cannot be written", result.stderr)
        return result.returncode

    def test_results_that_cannot_be_written_are_an_error(self):
        file = self.file()
        for command in (["schema"], ["reference"], ["handlers"], ["version"], ["defaults"], ["defaults", file],
                        ["check", file], ["doctor", file], ["--help"], ["run", "--help"], ["--version"]):
            with self.subTest(command=command):
                self.assertEqual(self.exit_code(*command), 0)
                self.assertEqual(self.exit_code(*command, stdout=self.full), 74)

    def test_a_warning_that_cannot_be_written_is_an_error_too(self):
        self.assertEqual(self.exit_code("check", self.file(), stderr=self.full), 74)

    def test_problems_have_their_exit_code_even_if_nobody_can_read_them(self):
        self.assertEqual(self.exit_code("check", self.file(nonsense=1), stderr=self.full), 1)
        self.assertEqual(self.exit_code("healthcheck", self.file(), stderr=self.full), 1)
        self.assertEqual(self.exit_code("nonsense", stderr=self.full), 64)


class Run(FailingOutput):
    clients = 0

    def start(self, stderr, **how):
        server = subprocess.Popen([options.program, "run", self.file()], stderr=stderr, **how)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        support.wait_until(lambda: self.serves() or self.assertIsNone(server.poll()), "the server serves")
        return server

    def serves(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(support.TIMEOUT)
            try:
                client.connect(self.socket)
            except OSError:
                return False
            client.sendall(b"x")
            self.clients += 1
            return client.recv(1) == b"x"

    def stop(self, server):
        server.terminate()
        self.assertEqual(server.wait(support.TIMEOUT), 0)

    def test_it_serves_although_no_line_can_be_written(self):
        self.stop(self.start(self.full))

    def test_it_serves_although_nobody_reads_its_warnings(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        os.write(writer, b"x" * fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096))
        self.stop(self.start(writer))

    def test_it_serves_although_the_reader_has_gone(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        self.stop(self.start(writer))

    def test_on_a_full_disk_lines_are_written_whole_or_not_at_all_and_the_loss_is_told(self):
        room = 2000  # bytes that the file may have: as on a full disk, its end may come in the middle of a line

        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

        for mode in ("wb", "ab"):
            self.clients = 0
            path = os.path.join(self.folder, mode + ".log")
            with self.subTest(mode=mode), open(path, mode) as file:
                server = self.start(file, preexec_fn=limit_files)
                for _ in range(60):
                    self.assertTrue(self.serves())
                support.wait_until(lambda: os.path.getsize(path) > room / 2, "the file fills up")
                resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                support.wait_until(lambda: b"log_dropped" in self.read(path), "the loss is told")
                self.stop(server)
                events = [json.loads(line) for line in self.read(path).splitlines()]
                lost = sum(event["lines"] for event in events if event["event"] == "log_dropped")
                print(f"{lost} lines were lost")
                self.assertGreater(lost, 0)
                told = [event for event in events if event["event"] != "log_dropped"]
                # The warning, `listening`, a line for each client, `draining` and `stopped`.
                self.assertEqual(len(told) + lost, self.clients + 4)
                self.assertEqual(told[-1]["event"], "stopped")

    @staticmethod
    def read(path):
        with open(path, "rb") as file:
            return file.read()


support.main()
