"""Fixture servers that need not be loaded each time: forks of this program, one for each fixture_start.py that asks.

    python fixture_forks.py SOCKET

Prints the address when it is ready. A fork serves the standard input and output of whoever asked, and ends with them.
"""

import gc
import json
import os
import socket
import socketserver
import sys
import threading

import fixture_server

# Standard input, output and error.
STANDARD = (0, 1, 2)
MAX_ARGUMENTS_BYTES = 4096


class Forks(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    # One more waits for another to end; sessions of a server of their own leave theirs running for a while.
    max_children = 1000
    request_queue_size = 100


class Fork(socketserver.BaseRequestHandler):
    def handle(self):
        words, inherited, _, _ = socket.recv_fds(self.request, MAX_ARGUMENTS_BYTES, len(STANDARD))
        for ours, theirs in zip(STANDARD, inherited, strict=True):
            os.dup2(theirs, ours)
            os.close(theirs)
        threading.Thread(target=self._end_with_whoever_asked, daemon=True).start()
        fixture_server.main(json.loads(words))
        sys.stdout.flush()

    def _end_with_whoever_asked(self):
        # It says nothing more: what comes is its end.
        self.request.recv(1)
        os._exit(0)


if __name__ == "__main__":
    with Forks(sys.argv[1], Fork) as forks:
        # What is there now is everybody's: no fork has to copy it by looking through it.
        gc.freeze()
        print(f"unix:{sys.argv[1]}", flush=True)
        forks.serve_forever()
