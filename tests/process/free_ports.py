"""TCP ports for programs that cannot choose one themselves."""

import random
import socket

_held_ports = []  # sockets that stand for the ports which this process holds


def free_port():
    """Returns a TCP port for a program that cannot choose one itself. No client gets it from the system, as it is outside
    the ephemeral range, and no test that runs beside this one: a name in the abstract namespace holds it until this
    process ends. A port that was only free a moment ago is not enough, as HAProxy shares one with any other HAProxy."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        lowest, highest = map(int, file.read().split())
    ports = [port for port in range(10000, 65536) if not lowest <= port <= highest]
    random.shuffle(ports)
    for port in ports:
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            holder.bind(f"\0portico-test-port-{port}")
            socket.create_server(("0.0.0.0", port)).close()
        except OSError:
            holder.close()
            continue
        _held_ports.append(holder)
        return port
    raise AssertionError("no free port outside the ephemeral range")


def free_ports(count):
    return [free_port() for _ in range(count)]
