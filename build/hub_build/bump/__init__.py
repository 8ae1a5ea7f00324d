"""Newer versions of published servers: found, started, compared, and written where they are good."""
