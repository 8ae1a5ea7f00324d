"""Smoke tests: an entry started as its users will start it, asked what it offers, and made to do something.

The only room of the compiler that starts anything. It uses the launcher's own planner, installer, sandbox and
transport: what starts here starts there.
"""
