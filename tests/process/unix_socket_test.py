"""Unix sockets: served like TCP; their files are created, protected and removed (Linux)."""

import os
import pwd
import socket
import stat
import subprocess
import tempfile
import threading
import unittest

import support
from support import Server, endpoint, options

NOBODY = pwd.getpwnam("nobody")


def connect(path):
    """Connects to a path, or to an abstract name that starts with "@"."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(support.TIMEOUT)
    try:
        client.connect("\0" + path[1:] if path.startswith("@") else path)
    except OSError:
        client.close()
        raise
    return client


def round_trip(path, message=b"ping\n"):
    with connect(path) as client:
        client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        answer = support.read_all(client)
        assert answer == message, answer


def permissions(path):
    return stat.S_IMODE(os.stat(path).st_mode)


class UnixSockets(unittest.TestCase):
    def setUp(self):
        if support.windows():
            self.skipTest("this Wine has no Unix sockets")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "echo.sock")

    def config(self, path=None, handler="echo", **more):
        return {"endpoints": {"echo": endpoint(handler, listen="unix:" + (path or self.path), **more)}}

    def refused(self, config, *words):
        """Expects the start to fail with a message that names the endpoint, the path and the reason."""
        with Server(config) as server:
            self.assertEqual(server.wait_for_exit(), 3)
            error = server.wait_for("start_failed")["error"]
            for word in ("endpoint echo", "unix:", *words):
                self.assertIn(word, error)
            print(error)

    # --- serving

    def test_a_path_is_served(self):
        with Server(self.config()) as server:
            listening = server.wait_for("listening")
            self.assertEqual(listening["address"], "unix:" + self.path)
            round_trip(self.path)
            closed = server.wait_for("closed")
            self.assertEqual((closed["peer"], closed["local"]), ("unix:", "unix:" + self.path))
            self.assertEqual((closed["reason"], closed["bytes_in"], closed["bytes_out"]), ("finished", 5, 5))
            self.assertEqual(server.stop(), 0)

    def test_an_abstract_name_is_served(self):
        name = f"@portico-test-{os.getpid()}"
        with Server(self.config(name)) as server:
            self.assertEqual(server.wait_for("listening")["address"], "unix:" + name)
            round_trip(name)
            self.refused(self.config(name), name)
            round_trip(name)
            self.assertEqual(server.stop(), 0)

    def test_a_relative_path_is_relative_to_the_configuration(self):
        with Server(self.config("here.sock")) as server:
            server.wait_for("listening")
            round_trip(os.path.join(server.folder, "here.sock"))
            self.assertEqual(server.stop(), 0)

    def test_a_client_with_a_name_is_logged_with_it(self):
        with Server(self.config()) as server, socket.socket(socket.AF_UNIX) as client:
            server.wait_for("listening")
            client.bind(f"\0portico-client-{os.getpid()}")
            client.connect(self.path)
            client.close()
            self.assertEqual(server.wait_for("closed")["peer"], f"unix:@portico-client-{os.getpid()}")
            self.assertEqual(server.stop(), 0)

    def test_a_half_close_loses_nothing(self):
        size = 4 << 20
        with Server(self.config()) as server:
            server.wait_for("listening")
            with connect(self.path) as client:
                def send():
                    client.sendall(size * b"x")
                    client.shutdown(socket.SHUT_WR)
                sender = threading.Thread(target=send)
                sender.start()
                self.assertEqual(len(support.read_all(client)), size)
                sender.join()
            self.assertEqual(server.stop(), 0)

    def test_rules_about_addresses_do_not_apply_to_its_clients(self):
        config = {"endpoints": {"echo": endpoint(
            "echo", listen=["127.0.0.1:0", "unix:" + self.path], accept={"allow": ["192.0.2.1"]},
            limits={"per_address": {"connections": 1}})}}
        with Server(config) as server:
            server.wait_for("listening", count=2)
            with connect(self.path) as first, connect(self.path) as second:
                for client in (first, second):
                    client.sendall(b"x")
                    self.assertEqual(client.recv(1), b"x")
            self.assertEqual(server.events("refused"), [])
            self.assertEqual(server.stop(), 0)

    def test_a_health_check_connects(self):
        with Server(self.config()) as server:
            server.wait_for("listening")
            file = os.path.join(server.folder, "portico.json")
            check = [options.program, "healthcheck", file]
            self.assertEqual(subprocess.run(check, timeout=support.TIMEOUT).returncode, 0)
            self.assertEqual(server.stop(), 0)
            result = subprocess.run(check, capture_output=True, text=True, timeout=support.TIMEOUT)
            self.assertEqual(result.returncode, 1)
            self.assertIn("unix:" + self.path, result.stderr)

    # --- the file

    def test_only_owner_and_group_may_connect_by_default(self):
        for settings, mode in (({}, 0o660), ({"mode": "0600"}, 0o600), ({"mode": "666"}, 0o666)):
            with self.subTest(settings=settings), Server(self.config(unix_socket=settings)) as server:
                server.wait_for("listening")
                self.assertEqual(permissions(self.path), mode)
                self.assertEqual(server.stop(), 0)

    def test_it_belongs_to_the_configured_owner(self):
        owner, group = (NOBODY.pw_uid, NOBODY.pw_gid) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        for settings in ({"owner": str(owner), "group": str(group)}, {"owner": pwd.getpwuid(owner).pw_name}):
            with self.subTest(settings=settings), Server(self.config(unix_socket=settings)) as server:
                server.wait_for("listening")
                self.assertEqual(os.stat(self.path).st_uid, owner)
                if "group" in settings:
                    self.assertEqual(os.stat(self.path).st_gid, group)
                self.assertEqual(server.stop(), 0)

    def test_an_unknown_owner_or_group_is_an_error_and_leaves_no_file(self):
        for kind, word in (("owner", "user"), ("group", "group")):
            self.refused(self.config(unix_socket={kind: "no such one"}), f'this host has no {word} "no such one"')
            self.assertFalse(os.path.exists(self.path))

    def test_the_file_of_a_server_that_has_ended_is_replaced(self):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(self.path)
            dead.listen()
        with Server(self.config()) as server:
            server.wait_for("listening")
            round_trip(self.path)
            self.assertEqual(server.stop(), 0)

    def test_the_file_of_a_running_server_is_left_alone(self):
        with Server(self.config()) as server:
            server.wait_for("listening")
            self.refused(self.config(), self.path, "another server already listens there")
            round_trip(self.path)
            self.assertEqual(server.stop(), 0)

    def test_a_server_whose_backlog_is_full_counts_as_running(self):
        with socket.socket(socket.AF_UNIX) as full, socket.socket(socket.AF_UNIX) as waiting:
            full.bind(self.path)
            full.listen(0)
            waiting.connect(self.path)
            self.refused(self.config(), self.path, "another server already listens there")

    def test_a_file_that_is_not_a_socket_is_left_alone(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("precious")
        self.refused(self.config(), self.path, "not a socket")
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_link_is_left_alone(self):
        os.symlink("elsewhere", self.path)
        self.refused(self.config(), self.path, "not a socket")
        self.assertTrue(os.path.islink(self.path))

    def test_a_missing_folder_is_an_error(self):
        self.refused(self.config(self.path + ".d/echo.sock"), f"the folder {self.path}.d does not exist")

    def test_the_file_is_removed_at_the_stop(self):
        with Server(self.config()) as server:
            server.wait_for("listening")
            self.assertEqual(server.stop(), 0)
            self.assertFalse(os.path.exists(self.path))

    def test_another_file_in_its_place_stays_at_the_stop(self):
        with Server(self.config()) as server:
            server.wait_for("listening")
            with socket.socket(socket.AF_UNIX) as other:
                os.rename(self.path, self.path + ".old")
                other.bind(self.path)
                self.assertEqual(server.stop(), 0)
                self.assertTrue(os.path.exists(self.path))

    def test_a_start_that_fails_later_leaves_no_file(self):
        with Server(self.config()) as first:
            first.wait_for("listening")
            config = {"endpoints": {"other": endpoint("echo", listen="unix:" + self.path + ".other"),
                                    **self.config()["endpoints"]}}
            self.refused(config, self.path)
            self.assertFalse(os.path.exists(self.path + ".other"))
            self.assertEqual(first.stop(), 0)

    # --- stopping

    def test_a_stop_under_load_loses_no_answer(self):
        answers = {}

        def ask(number):
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(support.TIMEOUT)
                client.bind(f"\0portico-load-{os.getpid()}-{number}")
                client.connect(self.path)
                count = 0
                try:
                    while True:
                        client.sendall(b"%d %s\n" % (count + 1, b"x" * (count * 37 % 300)))
                        line = b""
                        while not line.endswith(b"\n") and (part := client.recv(4096)):
                            line += part
                        if not line.endswith(b"\n"):
                            break
                        count += 1
                        if count == 1:
                            all_served.wait(support.TIMEOUT)
                        started.release()
                except (BrokenPipeError, ConnectionResetError):
                    line = b""  # the server has not read the last request
                answers[f"unix:@portico-load-{os.getpid()}-{number}"] = (count, line)

        for number in range(5):
            answers.clear()
            started = threading.Semaphore(0)
            all_served = threading.Barrier(6)  # a client that connects after the stop would have no `closed` line
            with self.subTest(round=number), Server(self.config(handler="shout"), options.sample) as server:
                server.wait_for("listening")
                clients = [threading.Thread(target=ask, args=(index,)) for index in range(6)]
                for client in clients:
                    client.start()
                for _ in range(300):
                    self.assertTrue(started.acquire(timeout=support.TIMEOUT))
                self.assertEqual(server.stop(), 0)
                for client in clients:
                    client.join()
                self.assertEqual(server.wait_for("stopped")["killed"], 0)
                for peer, (count, rest) in answers.items():
                    self.assertEqual(rest, b"", "half an answer")
                    last = server.wait_for("closed", peer=peer).get("annotations", {}).get("last", "0")
                    self.assertEqual(int(last.split()[0]), count, peer)


class WithoutUnixSockets(unittest.TestCase):
    def test_a_system_without_them_says_so(self):
        if not support.windows():
            self.skipTest("this system has Unix sockets")
        with Server({"endpoints": {"echo": endpoint("echo", listen="unix:echo.sock")}}) as server:
            self.assertEqual(server.wait_for_exit(), 3)
            self.assertIn("endpoint echo: cannot listen on unix:", server.text)
            self.assertIn("this system has no Unix sockets", server.text)


support.main()
