"""What is wrong with an entry, and what becomes of it: the checks that a pull request and a local file must both pass.

Reads files, and needs no network and no MCP library.
"""
