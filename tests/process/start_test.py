"""Errors that keep the program from starting: the message and the exit status."""

import json
import socket
import unittest

import support
from support import Server, endpoint


class Start(unittest.TestCase):
    def test_a_second_instance_on_the_same_port_names_the_endpoint_and_the_address(self):
        with Server({"endpoints": {"echo": endpoint("echo")}}) as first:
            host, port = first.address("echo")
            with Server({"endpoints": {"copy": endpoint("echo", listen=f"{host}:{port}")}}) as second:
                self.assertEqual(second.wait_for_exit(), 3)
                lines = [line for line in second.text.splitlines() if "copy" in line and f"{host}:{port}" in line]
                self.assertEqual(len(lines), 1, second.text)
                print(lines[0])
            first.round_trip("echo")
            self.assertEqual(first.stop(), 0)

    def test_the_reason_is_a_line_of_the_logs_format(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            address = "%s:%d" % other.getsockname()
            for format in ("json", "text"):
                config = {"log": {"format": format}, "endpoints": {
                    "taken": endpoint("echo", listen=address),
                    # Never opened, since the start fails before; rules about addresses are of no use to it.
                    "warned": endpoint("echo", listen="unix:warned.sock", accept={"deny": ["10.0.0.0/8"]})}}
                with self.subTest(format=format), Server(config) as server:
                    self.assertEqual(server.wait_for_exit(), 3)
                    lines = server.text.splitlines()
                    if format == "text":
                        self.assertEqual([line for line in lines if line.startswith("{")], [])
                        self.assertTrue(lines[-1].startswith("portico: endpoint taken: "), server.text)
                        continue
                    events = [json.loads(line) for line in lines]
                    errors = [event for event in events if event["level"] == "error"]
                    self.assertEqual([event["event"] for event in errors], ["start_failed"])
                    self.assertIn(f"endpoint taken: cannot listen on {address}", errors[0]["error"])
                    self.assertEqual(events[0]["event"], "config_problem")
                    self.assertIn("portico.json:1:", events[0]["error"])

    def test_problems_of_the_file_are_lines_of_the_format_that_it_asks_for(self):
        for format in ("json", "text", "auto"):
            config = {"log": {"format": format}, "endpoints": {"e": endpoint("nobody")}}
            with self.subTest(format=format), Server(config) as server:
                self.assertEqual(server.wait_for_exit(), 1)
                line, = server.text.splitlines()
                self.assertIn("portico.json:1:", line)
                self.assertEqual(line.startswith("{"), format == "json")
                if format == "json":
                    self.assertEqual((json.loads(line)["event"], json.loads(line)["level"]), ("config_problem", "error"))

    def test_a_restart_gets_the_same_port_at_once(self):
        with Server({"endpoints": {"echo": endpoint("echo")}}) as first:
            host, port = first.address("echo")
            # The server closes first, so that the system remembers the connection for a while.
            with first.connect("echo") as connection:
                connection.sendall(b"x")
                self.assertEqual(connection.recv(1), b"x")
                first.request_stop()
                self.assertEqual(connection.recv(1), b"")
            self.assertEqual(first.wait_for_exit(), 0)
        with Server({"endpoints": {"echo": endpoint("echo", listen=f"{host}:{port}")}}) as second:
            second.round_trip("echo")


support.main()
