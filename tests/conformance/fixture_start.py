"""Is a fixture server: hands its standard input and output, and its arguments, to a fork, and ends when that ends.

    python fixture_start.py SOCKET [arguments of fixture_server.py]

A program of its own, since some tests start it for each client: it imports next to nothing, and the fixture a second of
libraries. See fixture_forks.py.
"""

import json
import socket
import sys

with socket.socket(socket.AF_UNIX) as forks:
    forks.connect(sys.argv[1])
    socket.send_fds(forks, [json.dumps(sys.argv[2:]).encode()], [0, 1, 2])
    forks.recv(1)
