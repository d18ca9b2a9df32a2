"""No network: whoever opens a socket or asks for an address gets an error that says so."""

import socket
from contextlib import contextmanager

ASKING = ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "gethostbyname_ex", "socketpair")


class Refused(Exception):
    """The network was asked for."""


def _refuse(*arguments, **keywords):
    raise Refused(f"the network was used: {arguments[:3]}")


class _Socket(socket.socket):
    def __init__(self, family=-1, *arguments, **keywords):
        if family != getattr(socket, "AF_UNIX", None):  # two processes of one machine may talk
            _refuse("socket", family)
        super().__init__(family, *arguments, **keywords)


@contextmanager
def no_network():
    """Inside of it, the network is refused."""
    before = {name: getattr(socket, name) for name in ("socket", *ASKING)}
    socket.socket = _Socket
    for name in ASKING:
        setattr(socket, name, _refuse)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(socket, name, value)
