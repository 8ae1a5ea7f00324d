"""The command line: a file per command; main.py parses, wires, and is the boundary where errors end."""
