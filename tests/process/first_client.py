"""The first client of a server, which what is measured of later ones does not include."""

import support


def serve_first_client(server, endpoint):
    """Serves a first client of an echo endpoint; returns the number of sockets without a client. A `closed` event comes
    before the socket is closed."""
    server.wait_for("listening", endpoint=endpoint)
    sockets = None if support.windows() else server.sockets()
    server.round_trip(endpoint)
    server.wait_for("closed", endpoint=endpoint)
    if not support.windows():  # Wine keeps some open
        support.wait_until(lambda: server.sockets() == sockets, "the first client has left")
    return sockets
