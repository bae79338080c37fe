#!/usr/bin/env python3
"""Runs the example "shout" with its own file and talks to it: shout_test.py PROGRAM FILE."""

import signal
import socket
import subprocess
import sys

program, file = sys.argv[1:]
subprocess.run([program, "check", file], check=True)
with subprocess.Popen([program, "run", file], stderr=subprocess.PIPE, text=True) as server:
    try:
        if '"listening"' not in (line := server.stderr.readline()):
            sys.exit(f"it does not listen: {line}")
        with socket.create_connection(("127.0.0.1", 7010), timeout=10) as client:
            client.sendall(b"hello\nworld\n")
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert answer == b"> HELLO\n> WORLD\n", answer
    finally:
        server.send_signal(signal.SIGTERM)
    server.stderr.read()
    assert server.wait(timeout=20) == 0, server.returncode
