"""Where in a configuration file a value stands."""

Key = tuple[str | int, ...]
"""The way to a value: names of mappings and numbers of lists."""
