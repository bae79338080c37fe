"""A session that throws is reset, others are not affected, and the log says why."""

import unittest

import support
from support import Server, endpoint, options

HANDLERS = ("throw_exception", "throw_int", "throw_after_partial_write")


class ThrowingSessions(unittest.TestCase):
    def setUp(self):
        endpoints = {name: endpoint(name) for name in (*HANDLERS, "echo")}
        self.server = Server({"workers": 1, "endpoints": endpoints}, options.sample)
        self.addCleanup(self.server.__exit__)
        self.other = self.server.connect("echo")

    def tearDown(self):
        self.other.close()
        self.assertEqual(self.server.stop(), 0)

    def trigger(self, name):
        """Returns the bytes that the client receives before the reset."""
        received = b""
        with self.server.connect(name) as connection:
            connection.sendall(b"x")
            with self.assertRaises(ConnectionResetError):
                while part := connection.recv(100):
                    received += part
        return received

    def expect_the_rest_to_go_on(self):
        self.other.sendall(b"still here")
        self.assertEqual(self.other.recv(100), b"still here")

    def test_an_exception_is_logged_with_its_text(self):
        self.assertEqual(self.trigger("throw_exception"), b"")
        closed = self.server.wait_for("closed", endpoint="throw_exception")
        self.assertEqual((closed["reason"], closed["error"]), ("handler_error", 'the "cellar"\nis flooded'))
        self.assertEqual(closed["level"], "error")
        self.expect_the_rest_to_go_on()

    def test_anything_else_is_logged_too(self):
        self.assertEqual(self.trigger("throw_int"), b"")
        closed = self.server.wait_for("closed", endpoint="throw_int")
        self.assertEqual(closed["reason"], "handler_error")
        self.assertTrue(closed["error"])
        self.expect_the_rest_to_go_on()

    def test_a_partial_answer_ends_in_a_reset(self):
        self.assertIn(self.trigger("throw_after_partial_write"), (b"half an ans", b""))
        closed = self.server.wait_for("closed", endpoint="throw_after_partial_write")
        self.assertEqual((closed["reason"], closed["error"], closed["bytes_out"]), ("handler_error", "no more", 11))
        self.expect_the_rest_to_go_on()


support.main()
