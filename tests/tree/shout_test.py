#!/usr/bin/env python3
"""Runs the example "shout" with its own file, but on a free port, and talks to it: shout_test.py PROGRAM FILE."""

import json
import signal
import socket
import subprocess
import sys

program, file = sys.argv[1:]
subprocess.run([program, "check", file], check=True)
assert subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout == "shout 1.0\n"
with open(file, encoding="utf-8") as source:
    config = json.load(source)
config["endpoints"]["shout"]["listen"] = "127.0.0.1:0"
with subprocess.Popen([program, "run", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
    try:
        json.dump(config, server.stdin)
        server.stdin.close()
        if '"listening"' not in (line := server.stderr.readline()):
            sys.exit(f"it does not listen: {line}")
        host, port = json.loads(line)["address"].split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(b"hello\nworld\n")
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert answer == b"> HELLO\n> WORLD\n", answer
    finally:
        server.send_signal(signal.SIGTERM)
    server.stderr.read()
    assert server.wait(timeout=20) == 0, server.returncode
