"""A client that never reads costs a bounded amount of memory, and does not delay other clients."""

import time
import unittest

import support
from support import Server, endpoint, options

MEBIBYTE = 1024 * 1024


class NeverReads(unittest.TestCase):
    def test_chargen_waits_for_a_client_that_never_reads(self):
        seconds = 2 if options.small else 10
        with Server({"endpoints": {"chargen": endpoint("chargen"), "echo": endpoint("echo")}}) as server:
            server.round_trip("echo")
            base = server.resident_bytes()
            with server.connect("chargen"):
                begin = time.monotonic()
                slowest = 0.0
                largest = base
                # The other sessions' round trips fill the time.
                while (now := time.monotonic()) < begin + seconds:
                    server.round_trip("echo")
                    slowest = max(slowest, time.monotonic() - now)
                    largest = max(largest, server.resident_bytes())
                print(f"grew by {(largest - base) / 1024:.0f} KiB in {seconds} s; slowest echo {slowest * 1000:.1f} ms")
                if not options.small:  # sanitizers keep what was freed
                    self.assertLess(largest - base, MEBIBYTE)
                self.assertLess(slowest, 5)  # normally milliseconds; the host may be busy
                self.assertEqual(server.events("closed", endpoint="chargen"), [])
            self.assertEqual(server.wait_for("closed", endpoint="chargen")["reason"], "peer_reset")
            self.assertEqual(server.stop(), 0)


support.main()
