"""A client that sends, half-closes and reads until EOF gets everything back."""

import unittest

import support
from support import Server, endpoint


class HalfClose(unittest.TestCase):
    def test_eight_mebibytes_come_back_and_then_eof(self):
        size = 8 * 1024 * 1024
        with Server({"endpoints": {"echo": endpoint("echo")}}) as server:
            result = support.client("half_close", *server.address("echo"), size)
            self.assertEqual(result.stdout.strip(), f"sent {size}, received {size}, then EOF", result.stderr)
            self.assertEqual(result.returncode, 0)
            closed = server.wait_for("closed")
            self.assertEqual((closed["bytes_in"], closed["bytes_out"], closed["reason"]), (size, size, "finished"))
            self.assertEqual(server.stop(), 0)


support.main()
