"""Starts that this host makes impossible: too few descriptors or threads, an OpenSSL that offers nothing. Each ends with
exit status 3 and one sentence that says what is missing; nothing aborts."""

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import unittest

import support
from support import Server, endpoint, options

PIDS = "/sys/fs/cgroup/pids"  # version 1
UNIFIED = "/sys/fs/cgroup"    # version 2
FIPS_ONLY = """openssl_conf = init
[init]
alg_section = algorithms
[algorithms]
default_properties = fips=yes
"""


@contextlib.contextmanager
def cgroup_with_processes(count):
    """A control group with at most `count` processes and threads; yields its file for joining, or skips the test."""
    parent = PIDS if os.path.isdir(PIDS) else UNIFIED
    folder = os.path.join(parent, f"portico-test-{os.getpid()}")
    try:
        os.mkdir(folder)
        with open(os.path.join(folder, "pids.max"), "w", encoding="ascii") as file:
            file.write(str(count))
    except OSError as error:
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        raise unittest.SkipTest(f"this host lets no user make a control group: {error}")
    try:
        yield os.path.join(folder, "cgroup.procs")
    finally:
        os.rmdir(folder)


def joining(procs):
    """Returns a launcher that starts a program in a control group."""
    script = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
    return [sys.executable, "-c", script, procs]


def make_certificate(folder):
    """Returns the settings of TLS with a new certificate."""
    pem = os.path.join(folder, "site.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=site.example", "-keyout", pem + ".key", "-out", pem], check=True,
                   capture_output=True)
    return {"certificate": pem, "key": pem + ".key"}


class Start(unittest.TestCase):
    def fails(self, config, **arguments):
        """Starts a program that cannot start; returns the sentence that says why."""
        with Server({"log": {"format": "json"}, **config}, **arguments) as server:
            self.assertEqual(server.wait_for_exit(), 3, server.text)
            return server.wait_for("start_failed")["error"]

    def test_five_descriptors_are_too_few_for_anything(self):
        error = self.fails({"endpoints": {"e": endpoint("echo")}}, launcher=["prlimit", "--nofile=5:5"])
        self.assertIn("descriptors", error)

    def promised(self, config, launcher):
        """Returns the number of connections that doctor says will fit; 0: it says that the start will fail."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(config, file)
            file.flush()
            result = subprocess.run([*launcher, options.program, "doctor", file.name], capture_output=True, text=True,
                                    check=False, timeout=support.TIMEOUT)
        if "descriptors: refused, " in result.stdout:
            return 0
        return int(re.search(r"descriptors: note, only (\d+) concurrent connections fit", result.stdout)[1])

    def serves_what_doctor_promises(self, limit, context=None, **tls):
        """Returns what it promises, after as many clients have been served at the same time."""
        config = {"workers": 1 + limit % 3, "endpoints": {"e": endpoint(
            "echo", listen=["127.0.0.1:0"] * (1 + limit % 2), **tls)}}
        launcher = ["prlimit", f"--nofile={limit}:{limit}"]
        count = self.promised(config, launcher)
        with contextlib.ExitStack() as clients, Server({"log": {"format": "json"}, **config}, launcher=launcher) as server:
            if count == 0:
                self.assertEqual(server.wait_for_exit(), 3, server.text)
                self.assertIn("too few", server.wait_for("start_failed")["error"])
            for number in range(count):
                client = clients.enter_context(server.connect("e"))
                client.settimeout(10)
                try:
                    if context:
                        client = clients.enter_context(context.wrap_socket(client))
                    client.sendall(b"x")
                    self.assertEqual(client.recv(1), b"x")
                except OSError as error:
                    self.fail(f"of {count} clients that fit into {limit} descriptors, {number} are served: {error}")
            if count > 0:
                self.assertFalse(server.events("accept_paused"), limit)
        return count

    def test_doctor_never_promises_more_than_is_served(self):
        counts = [self.serves_what_doctor_promises(limit) for limit in range(12, 41)]
        self.assertEqual(counts[0], 0)
        self.assertEqual(counts[-1], 8)
        self.assertGreater(len(set(counts)), 5, counts)

    def test_doctor_never_promises_more_than_is_served_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            tls = make_certificate(folder)
            context = ssl.create_default_context(cafile=tls["certificate"])
            context.check_hostname = False
            for limit in range(14, 41, 2):
                self.serves_what_doctor_promises(limit, context, tls=tls)

    def test_descriptors_that_were_inherited_are_counted(self):
        config = {"log": {"format": "json"}, "workers": 1, "limits": {"connections": 8},
                  "endpoints": {"e": endpoint("echo")}}
        with open(os.devnull, "rb") as first, open(os.devnull, "rb") as second:
            inherited = (os.dup2(first.fileno(), 18), os.dup2(second.fileno(), 19))
            try:
                for limit, fit in ((20, 5), (19, 5)):  # a descriptor beyond the limit takes no room
                    error = self.fails(config, launcher=["prlimit", f"--nofile={limit}:{limit}"], pass_fds=inherited)
                    self.assertIn(f"only {fit} connections fit into the {limit} descriptors", error)
            finally:
                for descriptor in inherited:
                    os.close(descriptor)

    def test_a_thread_that_the_system_refuses_is_named(self):
        with cgroup_with_processes(8) as procs:
            error = self.fails({"workers": 16, "endpoints": {"e": endpoint("echo")}}, launcher=joining(procs))
        self.assertRegex(error, r"cannot start the thread of worker \d+ of 16")

    def test_without_any_thread_not_even_the_log_starts(self):
        config = {"endpoints": {"e": endpoint("echo")}}
        with cgroup_with_processes(1) as procs, Server(config, launcher=joining(procs)) as server:
            self.assertEqual(server.wait_for_exit(), 3, server.text)
            self.assertIn("portico: cannot start the thread of the log: ", server.text)

    def test_a_command_without_descriptors_says_so(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"endpoints": {"e": endpoint("echo", listen="127.0.0.1:7000")}}, file)
            file.flush()
            result = subprocess.run(["prlimit", "--nofile=4:4", options.program, "healthcheck", file.name],
                                    capture_output=True, text=True, check=False, timeout=support.TIMEOUT)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("Too many open files", result.stderr)

    def test_openssl_that_offers_nothing_is_found_by_doctor_too(self):
        with tempfile.TemporaryDirectory() as folder:
            conf = os.path.join(folder, "fips.cnf")
            with open(conf, "w", encoding="ascii") as file:
                file.write(FIPS_ONLY)
            config = {"endpoints": {"secure": endpoint("echo", tls=make_certificate(folder))}}
            error = self.fails(config, env={"OPENSSL_CONF": conf})
            self.assertIn("endpoint secure: tls", error)
            path = os.path.join(folder, "portico.json")
            with open(path, "w", encoding="utf-8") as output:
                json.dump(config, output)
            doctor = subprocess.run([options.program, "doctor", path], capture_output=True, text=True, check=False,
                                    timeout=support.TIMEOUT, env={**os.environ, "OPENSSL_CONF": conf})
        self.assertEqual(doctor.returncode, 3, doctor.stderr)
        self.assertRegex(doctor.stdout, r"endpoint secure: refused, tls")


support.main()
