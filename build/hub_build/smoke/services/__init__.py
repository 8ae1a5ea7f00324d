"""Local services for smoke tests: real programs on the loopback interface, made for one server and gone after it.

To add a service: a file beside this one, a line in `table.py`, and its name and values in
`hub_launch.catalog.services`.
"""
