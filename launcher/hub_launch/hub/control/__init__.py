"""A running hub's own socket, on which its user, and nobody else, tells it what to do."""
