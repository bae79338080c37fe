"""Errors that keep the program from starting: the message and the exit status."""

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
