"""Editors and assistants: their configuration files."""
