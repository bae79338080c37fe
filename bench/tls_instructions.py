#!/usr/bin/env python3
"""User instructions of a full TLS handshake and one line, in portico and in nginx: counted with callgrind.

    bench/tls_instructions.py [build/release]

Each serves few and many clients; the difference is the cost of the clients alone. Unlike times, it does not depend on
the load of the machine.
Needs valgrind and nginx with its stream module.
"""

import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile

import tls_servers as servers

FEW, MANY = 20, 220


def connect(port, count):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for _ in range(count):
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port))) as client:
            while client.recv(4096):
                pass


def instructions(start, folder, count):
    """Returns the instructions of a whole run with `count` clients."""
    log = os.path.join(folder, "valgrind.log")
    prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", f"--log-file={log}"]
    with start(prefix) as server:
        connect(server.port, count)
    with open(log, encoding="utf-8") as file:
        return int(re.search(r"Collected : (\d+)", file.read()).group(1))


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build/release"
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        pair = servers.make_certificate(folder, "ecdsa")
        each = {}
        for name, start in (
                ("portico", lambda prefix: servers.portico(os.path.join(build, "portico"), folder, "daytime", pair,
                                                           prefix=prefix)),
                ("nginx", lambda prefix: servers.nginx(folder, "stream", 'return "$time_iso8601\\r\\n";', pair,
                                                       main="master_process off;", prefix=prefix))):
            few, many = (instructions(start, folder, count) for count in (FEW, MANY))
            each[name] = (many - few) / (MANY - FEW)
            print(f"{name}: {each[name] / 1e6:.3f} million instructions for each client", flush=True)
        print(f"ratio {each['portico'] / each['nginx']:.3f}")


main()
