"""Hands its arguments and what the suite put into its environment to client_program.py, and ends as that says.

A program of its own, since it is started for each scenario: it imports next to nothing.
"""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as program:
    program.connect(sys.argv[1])
    environ = {name: value for name, value in os.environ.items() if name.startswith("MCP_CONFORMANCE_")}
    program.sendall(json.dumps({"url": sys.argv[2], "environ": environ}).encode() + b"\n")
    said = program.makefile().read()
sys.stdout.write(said)
sys.exit(0 if said.startswith("done") else 1)
