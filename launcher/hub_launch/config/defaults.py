"""Where configurations are looked for, what holds without one, and bounds on what they say.

Apart from the models of configurations, so that a hub without one starts without these.
"""

NAMES = ("hub.yaml", "hub.yml", "hub.toml")

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
# Longer than any call may take (hub_launch.run.backend.CALL_SECONDS), and than an assistant thinks between two.
LEAST_IDLE_MINUTES = 5
# Each is a process with some 50 MB of its own; whoever needs more than these needs more than one machine.
MAX_INSTANCES = 16

# A load balancer looks every few seconds; whoever waits for longer waits for something else.
MAX_DRAIN_SECONDS = 600
