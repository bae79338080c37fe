#!/usr/bin/env python3
"""The cost of all limits and deadlines together: user instructions of one echo round trip, counted with callgrind.

    bench/limits_cost.py [build/release/portico]

Two configurations, with everything on and with everything off, each serve one client for few and for many round trips;
the difference is the cost of the round trips alone. The count does not depend on the load of the machine. Prints the
table and fails above 3 %. Needs valgrind.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

FEW, MANY = 200, 2200
PAUSE = 0.002  # seconds before each message: the server always waits for it, or a race would choose its path
MESSAGE = b"x" * 64
LIMIT = 1.03

TIMEOUTS = ("proxy_header", "tls_handshake", "first_byte", "idle", "write", "half_closed", "session", "linger")
OFF = {"timeouts": dict.fromkeys(TIMEOUTS, "0s"), "keepalive": {"idle": "0s"}}
ON = {
    "accept": {"rate": "100000/s", "deny": ["192.0.2.0/24"], "allow": ["127.0.0.0/8"]},
    "limits": {"connections": 100, "per_address": {"connections": 50}},
    "timeouts": {"session": "1h"},
    "min_rate": {"read": "240B/s", "write": "240B/s"},
}


def round_trips(address, count):
    with socket.create_connection(address) as client:
        for _ in range(count):
            time.sleep(PAUSE)
            client.sendall(MESSAGE)
            received = 0
            while received < len(MESSAGE):
                received += len(client.recv(len(MESSAGE)))


def instructions(program, endpoint, count):
    """Returns the instructions of the whole program, from its start to its end."""
    config = {"workers": 1, "log": {"format": "json"},
              "endpoints": {"echo": {"listen": "127.0.0.1:0", "handler": "echo", **endpoint}}}
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "portico.json")
        with open(file, "w", encoding="utf-8") as output:
            json.dump(config, output)
        server = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, "run", file],
            stderr=subprocess.PIPE, text=True)
        lines = []
        for line in server.stderr:
            lines.append(line)
            if '"listening"' in line:
                break
        host, port = json.loads(lines[-1])["address"].rsplit(":", 1)
        rest = threading.Thread(target=lambda: lines.extend(server.stderr))
        rest.start()
        round_trips((host, int(port)), count)
        server.terminate()
        server.wait()
        rest.join()
    return int(re.search(r"Collected : (\d+)", "".join(lines)).group(1))


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/portico"
    each = {}
    for name, endpoint in (("off", OFF), ("on", ON)):
        each[name] = (instructions(program, endpoint, MANY) - instructions(program, endpoint, FEW)) / (MANY - FEW)
        print(f"limits and deadlines {name}: {each[name]:.0f} instructions for each round trip", flush=True)
    ratio = each["on"] / each["off"]
    print(f"ratio {ratio:.4f}")
    return 0 if ratio <= LIMIT else 1


sys.exit(main())
