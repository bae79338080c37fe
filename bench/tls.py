#!/usr/bin/env python3
"""Compares TLS with other servers, in one run: memory of an idle connection, full handshakes, bytes.

    bench/tls.py [idle] [handshakes] [bulk] [--build=build/release] [--rounds=5] [--seconds=3]

docs/benchmarks.md describes the comparison. The servers take turns, round by round, and the medians count. Needs nginx
with its stream module, haproxy, and the targets tls_load and asio_ssl_echo.
"""

import argparse
import contextlib
import os
import resource
import statistics
import subprocess
import tempfile

import tls_servers as servers

IDLE = 5000
FILE_SIZE = 64 << 20


class Bench:
    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.program = os.path.join(options.build, "portico")
        self.load = os.path.join(options.build, "bench", "tls_load")
        self.ecdsa = servers.make_certificate(folder, "ecdsa")
        self.rsa = servers.make_certificate(folder, "rsa")

    def portico(self, handler, pair, **settings):
        return servers.portico(self.program, self.folder, handler, pair, **settings)

    # --- memory

    def idle(self):
        print(f"resident bytes of each of {IDLE} idle connections, at most 32 concurrent handshakes")
        # The peers use the least memory while they wait for data, before they connect to a backend.
        preread = "ssl_preread on; preread_timeout 1h; preread_buffer_size 1k; return x;"
        for start in (lambda: self.portico("echo", self.ecdsa, timeouts={"first_byte": "0s"}),
                      lambda: servers.nginx(self.folder, "stream", preread, self.ecdsa),
                      lambda: servers.haproxy(self.folder, self.ecdsa),
                      lambda: servers.asio(os.path.join(self.options.build, "bench", "asio_ssl_echo"), self.ecdsa)):
            with start() as server:
                self.hold(server, 1)
                base = server.resident_bytes()
                each = (self.hold(server, IDLE) - base) / IDLE
                print(f"  {server.name:20} {each:8.0f}", flush=True)

    def hold(self, server, count):
        """Returns the server's memory while `count` clients are connected."""
        with subprocess.Popen([self.load, "idle", str(server.port), str(count)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as load:
            if load.stdout.readline() != "ready\n":
                raise RuntimeError(f"{server.name}: not every client is connected")
            resident = server.resident_bytes()
            load.stdin.close()
        return resident

    # --- throughput

    def handshakes(self):
        for kind, pair in (("ECDSA P-256", self.ecdsa), ("RSA 2048", self.rsa)):
            self.compare(
                f"full handshakes, {kind}: connect, handshake, read one line until EOF", "each", 1,
                [(lambda: self.portico("daytime", pair), "lines", ""),
                 (lambda: servers.nginx(self.folder, "stream", 'return "$time_iso8601\\r\\n";', pair), "lines", "")])

    def bulk(self):
        with open(os.path.join(self.folder, "file"), "wb") as file:
            file.truncate(FILE_SIZE)
        http = f"root {self.folder}; sendfile off; output_buffers 2 64k;"
        self.compare(
            "sending: portico's chargen; nginx's http module with a file in memory", "GB", 1e9,
            [(lambda: self.portico("chargen", self.ecdsa), "read", ""),
             (lambda: servers.nginx(self.folder, "http", http, self.ecdsa), "read", "GET /file HTTP/1.0\r\n\r\n")])
        with self.portico("chargen", None) as chargen, self.portico("discard", None) as discard:
            # nginx's stream module can only send what a backend sends; the backend's work is not counted.
            self.compare(
                "sending: portico's chargen; nginx's stream module in front of a plain chargen", "GB", 1e9,
                [(lambda: self.portico("chargen", self.ecdsa), "read", ""),
                 (lambda: servers.nginx(self.folder, "stream", proxy(chargen), self.ecdsa), "read", "")])
            self.compare(
                "receiving: portico's discard; nginx's stream module in front of a plain discard", "GB", 1e9,
                [(lambda: self.portico("discard", self.ecdsa), "write", ""),
                 (lambda: servers.nginx(self.folder, "stream", proxy(discard), self.ecdsa), "write", "")])

    def compare(self, title, unit, scale, pairs):
        """Runs each (server, client mode, text) in turn; ratios are those of the first to the second."""
        print(title)
        rates, costs = {}, {}
        with contextlib.ExitStack() as stack:
            started = [(stack.enter_context(start()), *work) for start, *work in pairs]
            for _ in range(self.options.rounds):
                for server, work, text in started:
                    before = server.processor_seconds()
                    done = self.run(server.port, work, text) / scale
                    rates.setdefault(server.name, []).append(done / self.options.seconds)
                    costs.setdefault(server.name, []).append((server.processor_seconds() - before) / done)
        first, second = rates
        for name in rates:
            print(f"  {name:20} {statistics.median(rates[name]):10.3f} {unit}/s"
                  f" {statistics.median(costs[name]) * 1000:10.4f} ms of processor for {unit}")
        print(f"  ratio, median of rounds: rate {ratio(rates[first], rates[second]):.2f},"
              f" processor {ratio(costs[first], costs[second]):.2f}", flush=True)

    def run(self, port, work, text):
        threads = 4 if work == "lines" else 1
        result = subprocess.run([self.load, work, str(port), str(self.options.seconds), str(threads), text],
                                capture_output=True, text=True, check=True)
        return int(result.stdout)


def proxy(server):
    return f"proxy_pass 127.0.0.1:{server.port};"


def ratio(left, right):
    return statistics.median(a / b for a, b in zip(left, right))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=["idle", "handshakes", "bulk"])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # nginx's worker is another user
        bench = Bench(folder, options)
        for part in options.parts:
            getattr(bench, part)()


main()
