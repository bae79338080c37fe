"""The servers that bench/tls.py measures: each with one worker, the same certificate, TLS 1.3 with AES-128-GCM, and no
log line for each client.
"""

import contextlib
import json
import os
import socket
import subprocess
import time

PORTICO, NGINX, HAPROXY, ASIO = "portico", "nginx", "haproxy", "asio::ssl::stream"
CLIENTS = 6000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(folder, kind):
    """Creates a self-signed certificate ("ecdsa" or "rsa"); returns the names of its file and of its key."""
    certificate, key = os.path.join(folder, kind + ".pem"), os.path.join(folder, kind + ".key")
    algorithm = ["rsa:2048"] if kind == "rsa" else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-keyout", key, "-out", certificate,
                    "-subj", "/CN=localhost", "-days", "30"], check=True, stderr=subprocess.DEVNULL)
    with open(certificate + ".both", "w", encoding="ascii") as both:  # HAProxy needs both in one file
        for name in (certificate, key):
            with open(name, encoding="ascii") as file:
                both.write(file.read())
    return certificate, key


class Process:
    """A running server and its child processes."""

    def __init__(self, name, command, port):
        self.name, self.port = name, port
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60  # under valgrind it takes a while
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not listen")
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._process.terminate()
        self._process.wait()

    def _pids(self):
        pid = self._process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [pid, *map(int, file.read().split())]

    def resident_bytes(self):
        pages = 0
        for pid in self._pids():
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                pages += int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self):
        ticks = 0
        for pid in self._pids():
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                ticks += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


def write(folder, name, text):
    file = os.path.join(folder, name)
    with open(file, "w", encoding="utf-8") as output:
        output.write(text)
    return file


def portico(program, folder, handler, pair, prefix=(), **settings):
    port = free_port()
    tls = {"certificate": pair[0], "key": pair[1]} if pair else None
    entry = {"listen": f"127.0.0.1:{port}", "handler": handler, "accept": {"backlog": 4096}, "tls": tls, **settings}
    config = {"workers": 1, "log": {"level": "warn"}, "endpoints": {handler: entry}}
    file = write(folder, f"{handler}.json", json.dumps(config))
    return Process(PORTICO, [*prefix, program, "run", file], port)


def nginx(folder, protocol, server, pair, main="", prefix=()):
    """`protocol` is stream or http; `server` is added to the server block, `main` to the top level."""
    port = free_port()
    file = write(folder, "nginx.conf", f"""
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
{main} daemon off; worker_processes 1; worker_rlimit_nofile {4 * CLIENTS};
pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections {2 * CLIENTS}; }}
{protocol} {{
  access_log off;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096;
    ssl_certificate {pair[0]}; ssl_certificate_key {pair[1]};
    ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    {server}
  }}
}}
""")
    return Process(NGINX, [*prefix, "nginx", "-c", file, "-p", folder, "-e", f"{folder}/nginx.log"], port)


def haproxy(folder, pair):
    """Holds each client until it sends something: without a connection to a backend it uses the least memory."""
    port = free_port()
    file = write(folder, "haproxy.cfg", f"""
global
  nbthread 1
  maxconn {CLIENTS}
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
defaults
  mode tcp
  timeout client 1h
  timeout connect 5s
  timeout server 1h
frontend secure
  bind 127.0.0.1:{port} ssl crt {pair[0]}.both backlog 4096
  tcp-request inspect-delay 1h
  tcp-request content accept if {{ req.len gt 0 }}
  default_backend none
backend none
  server none 127.0.0.1:1
""")
    return Process(HAPROXY, ["haproxy", "-db", "-f", file], port)


def asio(program, pair):
    port = free_port()
    return Process(ASIO, [program, str(port), *pair], port)
