"""The command healthcheck."""

import json
import os
import socket
import subprocess
import threading
import time

import private_host
import support
from free_ports import free_port, free_ports
from host_commands import Commands
from support import Server, endpoint, options


class Healthcheck(Commands):
    def test_files_with_problems_are_reported_as_by_check(self):
        self.expect_the_problems_of_check("healthcheck")

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
        ports = free_ports(3)
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
        ports = free_ports(2)
        config = {"endpoints": {"one": endpoint("echo", listen=f"127.0.0.1:{ports[0]}")}}
        with Server(config) as server:
            server.wait_for("listening")
            config["endpoints"]["two"] = endpoint("echo", listen=f"127.0.0.1:{ports[1]}")
            self.check(config, 1, f"endpoint two: 127.0.0.1:{ports[1]} does not ")
            self.assertEqual(server.stop(), 0)

    def test_a_stopping_server_accepts_and_is_not_healthy(self):
        echo, health = free_ports(2)
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
        echo, health = free_ports(2)
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
            config = {**whole, "endpoints": {"echo": endpoint("echo", listen=f"127.0.0.1:{free_port()}",
                                                              on_full="reset", **rules)}}
            with self.subTest(config=config), Server(config) as server:
                with server.connect("echo") as only:
                    only.sendall(b"x")
                    self.assertEqual(support.receive(only, 1), b"x")
                    for _ in range(20):
                        self.check(config, 0)
                self.assertEqual(server.stop(), 0)

    def test_a_health_endpoint_that_resets_does_not_answer(self):
        config = {"endpoints": {"health": endpoint("health", listen=f"127.0.0.1:{free_port()}",
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
            health, echo = free_ports(2)
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
