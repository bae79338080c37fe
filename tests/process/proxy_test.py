"""Real proxies in front of the program, with the configurations of docs/proxies.md: each announces its client."""

import itertools
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

import support
from free_ports import free_port
from support import Server, endpoint, read_all, receive, wait_until

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "proxies.md")
PATH = os.environ.get("PATH", "") + ":/usr/sbin"  # the distribution's folder for servers
NETWORK_OF_NOBODY = "192.0.2.0/24"


def documented(name):
    """Returns the file of this name from the document."""
    with open(DOCUMENT, encoding="utf-8") as file:
        blocks = dict(re.findall(r"`([\w.-]+)`(?:, [^\n]*)?:\n\n```\w*\n(.*?)^```", file.read(), re.M | re.S))
    return blocks[name]


def make_certificate(folder, name):
    """Creates a file with a self-signed certificate and its key; returns its name."""
    file = os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", file + ".key", "-out", file],
                   check=True, capture_output=True)
    with open(file + ".key", encoding="ascii") as key, open(file, "a", encoding="ascii") as both:
        both.write(key.read())
    return file


class Proxy:
    """A proxy with a documented configuration, in front of an endpoint of `server`. Its clients have an address of their
    own: not the one that proxies connect from, nor that of another proxy's clients, whose port a client may have again."""

    client_addresses = (f"127.0.0.{number}" for number in itertools.count(2))

    def __init__(self, server, command, name, endpoint="whoami", changes=()):
        self.client_address = next(self.client_addresses)
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        text = documented(name)
        backend = "%s:%d" % server.address(endpoint)
        for old, new in (("0.0.0.0:9000", f"127.0.0.1:{self.port}"), ("127.0.0.1:7000", backend), *changes):
            assert old in text, (name, old)
            text = text.replace(old, new)
        self.file = os.path.join(self.folder.name, name)
        with open(self.file, "w", encoding="utf-8") as output:
            output.write(text)
        self.output = open(os.path.join(self.folder.name, "output"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command(self), stdout=self.output, stderr=self.output, cwd=self.folder.name)
        wait_until(self.accepts, f"{name} accepts")

    def accepts(self):
        if self.process.poll() is not None:
            self.output.seek(0)
            raise AssertionError(self.output.read())
        try:
            self.connect().close()
            return True
        except ConnectionRefusedError:
            return False

    def connect(self):
        """Connects a client to the proxy."""
        return socket.create_connection(("127.0.0.1", self.port), support.TIMEOUT, (self.client_address, 0))

    def close(self):
        self.process.terminate()
        self.process.wait(support.TIMEOUT)
        self.output.close()
        self.folder.cleanup()


def haproxy(proxy):
    return [shutil.which("haproxy", path=PATH), "-db", "-f", proxy.file]


def nginx(proxy):
    own = f"daemon off; pid {proxy.folder.name}/pid;"
    return [shutil.which("nginx", path=PATH), "-c", proxy.file, "-e", "stderr", "-g", own]


def needs(program):
    return unittest.skipUnless(shutil.which(program, path=PATH), f"no {program} on this host")


@needs("openssl")
class Proxies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = tempfile.TemporaryDirectory()
        cls.addClassCleanup(certificates.cleanup)
        cls.site, cls.alice = (make_certificate(certificates.name, name) for name in ("site.example", "alice"))
        config = json.loads(documented("portico.json").replace("127.0.0.1:7000", "127.0.0.1:0"))
        endpoints = config["endpoints"]
        endpoints["secure"] = {**endpoints["whoami"], "tls": {"certificate": cls.site, "key": cls.site}}
        cls.server = Server(config)
        cls.addClassCleanup(cls.server.__exit__)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def start(self, *arguments, **more):
        proxy = Proxy(self.server, *arguments, **more)
        self.addCleanup(proxy.close)
        return proxy

    def expect_named(self, client):
        """Checks the client's address in the answer and the log; returns the log's annotations."""
        with client:
            answer = json.loads(read_all(client))
            name = support.peer_name(client)
        self.assertEqual(answer["peer"], name)
        closed = self.server.wait_for("closed", peer=name)
        self.assertEqual(closed["reason"], "finished", closed)
        self.assertTrue(closed["annotations"]["proxy"].startswith("127.0.0.1:"), closed)
        return closed["annotations"]

    @needs("haproxy")
    def test_haproxy_sends_version_2_with_a_checksum_and_a_unique_id(self):
        proxy = self.start(haproxy, "haproxy.cfg")
        for _ in range(10):
            client = proxy.connect()
            expected = "%X:%X" % (int.from_bytes(socket.inet_aton(proxy.client_address), "big"), client.getsockname()[1])
            annotations = self.expect_named(client)
            self.assertEqual(annotations["proxy_destination"], f"127.0.0.1:{proxy.port}")
            self.assertTrue(annotations["proxy_unique_id"].startswith(expected), (annotations, expected))

    @needs("haproxy")
    def test_a_health_check_of_haproxy_is_its_own(self):
        self.start(haproxy, "haproxy.cfg", changes=[(" check\n", " check inter 100ms\n")])
        # HAProxy announces no client, and its header is valid.
        checks = wait_until(lambda: [e for e in self.server.events("closed") if "annotations" not in e], "health checks")
        self.assertIn(checks[-1]["reason"], ("finished", "peer_reset"), checks[-1])
        self.assertTrue(checks[-1]["peer"].startswith("127.0.0.1:"))

    @needs("haproxy")
    def test_haproxy_sends_version_1(self):
        changes = [("send-proxy-v2 proxy-v2-options crc32c,unique-id", "send-proxy")]
        proxy = self.start(haproxy, "haproxy.cfg", changes=changes)
        for _ in range(10):
            self.assertEqual(self.expect_named(proxy.connect())["proxy_destination"], f"127.0.0.1:{proxy.port}")

    @needs("nginx")
    def test_nginx_sends_version_1(self):
        proxy = self.start(nginx, "nginx.conf")
        for _ in range(10):
            self.assertEqual(self.expect_named(proxy.connect())["proxy_destination"], f"127.0.0.1:{proxy.port}")

    def over_tls(self, proxy, certificate=None):
        context = ssl.create_default_context(cafile=self.site)
        if certificate:
            context.load_cert_chain(certificate)
        return context.wrap_socket(proxy.connect(), server_hostname="site.example")

    @needs("haproxy")
    def test_haproxy_says_with_which_tls_and_for_whom(self):
        proxy = self.start(haproxy, "haproxy-tls.cfg", changes=[("/etc/haproxy/site.pem", self.site),
                                                                ("/etc/haproxy/clients.pem", self.alice)])
        annotations = self.expect_named(self.over_tls(proxy))
        self.assertRegex(annotations["proxy_tls"], r"^TLSv1\.[23], [A-Z0-9_-]+, RSA2048, RSA-SHA256$")
        self.assertEqual(annotations["proxy_authority"], "site.example")
        self.assertNotIn("proxy_tls_client", annotations)
        self.assertEqual(self.expect_named(self.over_tls(proxy, self.alice))["proxy_tls_client"], "alice")

    @needs("haproxy")
    def test_tls_passes_through_haproxy(self):
        self.expect_named(self.over_tls(self.start(haproxy, "haproxy.cfg", endpoint="secure")))

    @needs("nginx")
    def test_tls_passes_through_nginx(self):
        self.expect_named(self.over_tls(self.start(nginx, "nginx.conf", endpoint="secure")))


@needs("openssl")
class WithoutAProxy(unittest.TestCase):
    """The same endpoints; the clients write the header themselves, or none."""

    @classmethod
    def setUpClass(cls):
        def proxied(mode, trust="127.0.0.1", handler="echo", **more):
            return endpoint(handler, proxy_protocol={"mode": mode, "trust": [trust]}, **more)

        certificates = tempfile.TemporaryDirectory()
        cls.addClassCleanup(certificates.cleanup)
        cls.site = make_certificate(certificates.name, "site.example")
        secure = {"tls": {"certificate": cls.site, "key": cls.site}, "on_full": {"farewell": "421 busy\r\n"}}
        cls.server = Server({"endpoints": {
            "secure_one": proxied("require", limits={"connections": 1}, **secure),
            "secure_one_each": proxied("require", limits={"per_address": {"connections": 1}}, **secure),
            "require": proxied("require"), "accept": proxied("accept"), "off": proxied("off"),
            "others": proxied("require", NETWORK_OF_NOBODY), "accept_others": proxied("accept", NETWORK_OF_NOBODY),
            "short": proxied("require", timeouts={"proxy_header": "1s"}),
            "one_each": proxied("require", handler="echo", limits={"per_address": {"connections": 1}},
                                on_full={"farewell": "421 busy\r\n"}),
        }})
        cls.addClassCleanup(cls.server.__exit__)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def client(self, name, sent=b""):
        client = self.server.connect(name)
        self.addCleanup(client.close)
        client.sendall(sent)
        return client

    def expect_echo(self, name, sent, expected):
        client = self.client(name, sent)
        self.assertEqual(receive(client, len(expected)), expected)
        return client

    def expect_reset(self, name, sent, reason, error=None):
        client = self.client(name, sent)
        with self.assertRaises(ConnectionResetError):
            read_all(client)
        closed = self.server.wait_for("closed", endpoint=name, peer=support.peer_name(client))
        self.assertEqual((closed["reason"], closed.get("error")), (reason, error))

    def test_a_header_in_one_piece_with_the_first_message(self):
        self.expect_echo("require", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello", b"hello")
        self.expect_echo("accept", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello", b"hello")
        self.expect_echo("accept", b"hello", b"hello")
        self.expect_echo("accept_others", b"hello", b"hello")
        self.expect_echo("off", b"PROXY TCP4", b"PROXY TCP4")

    def test_invalid_and_untrusted_headers(self):
        header = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
        self.expect_reset("require", b"hello", "proxy_header_invalid", 'no PROXY header: it begins with "hello"')
        self.expect_reset("others", header, "proxy_header_invalid", "127.0.0.1 is not in proxy_protocol.trust")
        self.expect_reset("accept_others", header, "proxy_header_invalid",
                          "a PROXY header from 127.0.0.1, which is not in proxy_protocol.trust")
        self.expect_reset("short", b"PROXY TCP4 192", "proxy_header_timeout")

    def test_a_probe_that_only_connects(self):
        for name in ("require", "others"):
            with self.server.connect(name) as probe:
                peer = support.peer_name(probe)
            closed = self.server.wait_for("closed", endpoint=name, peer=peer)
            self.assertEqual((closed["reason"], closed["bytes_in"], closed.get("error")), ("finished", 0, None))

    def test_each_announced_client_has_a_limit_of_its_own(self):
        first = self.expect_echo("one_each", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello", b"hello")
        self.expect_echo("one_each", b"PROXY TCP4 192.0.2.9 192.0.2.2 1 2\r\nhello", b"hello")
        with self.client("one_each", b"PROXY TCP4 192.0.2.1 192.0.2.2 3 4\r\nhello") as third:
            self.assertEqual(read_all(third), b"421 busy\r\n")
        self.server.wait_for("refused", endpoint="one_each", reason="address_full", peer="192.0.2.1:3")
        first.close()
        self.server.wait_for("closed", endpoint="one_each", peer="192.0.2.1:1")

    def test_a_farewell_follows_the_header_over_tls(self):
        context = ssl.create_default_context(cafile=self.site)

        def connect(name):
            client = self.client(name, b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")
            return context.wrap_socket(client, server_hostname="site.example")

        for name in ("secure_one", "secure_one_each"):
            with connect(name) as first:
                first.sendall(b"hello")
                self.assertEqual(first.recv(100), b"hello")
                with connect(name) as second:
                    self.assertEqual(read_all(second), b"421 busy\r\n")
                first.sendall(b"still here")
                self.assertEqual(first.recv(100), b"still here")


support.main()
