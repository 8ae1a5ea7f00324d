"""Servers that are on this machine already, in editors' files, folders of Python, containers, or at an address."""
