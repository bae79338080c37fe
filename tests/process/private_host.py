"""Runs a command on a host of its own, as a container is one: another hosts file, another loopback, no IPv6.

  unshare -m -n python3 private_host.py FOLDER COMMAND...   the command replaces this program

Each file of FOLDER takes the place of the one in /etc, for the command and its children only. With a resolv.conf, the
name server is 127.0.0.1, which never answers.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def launcher(folder):
    """Returns the command that runs another one on a host of its own, with the files of the folder."""
    user = [] if os.geteuid() == 0 else ["-r"]
    return ["unshare", *user, "-m", "-n", sys.executable, os.path.abspath(__file__), folder]


def is_possible():
    """Returns true if this host lets its users make such a place; many containers do not."""
    try:
        with tempfile.TemporaryDirectory() as empty:
            return subprocess.run([*launcher(empty), "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def main(folder, command):
    for name in os.listdir(folder):
        subprocess.run(["mount", "--bind", os.path.join(folder, name), "/etc/" + name], check=True)
    name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    fcntl.ioctl(name_server, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))
    if "resolv.conf" in os.listdir(folder):
        name_server.bind(("127.0.0.1", 53))
        name_server.set_inheritable(True)  # it lives as long as the command
    switch = "/proc/sys/net/ipv6/conf/all/disable_ipv6"
    if os.path.exists(switch):  # else the kernel has no IPv6 anyway
        with open(switch, "w", encoding="ascii") as file:
            file.write("1")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
