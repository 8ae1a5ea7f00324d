"""Ids that no server may have."""

# `hub-launch list` must stay a command, also the commands that later versions add.
COMMAND_WORDS = frozenset(
    [
        "add",
        "analyze",
        "approve",
        "auth",
        "call",
        "clients",
        "completion",
        "config",
        "diff",
        "disable",
        "discover",
        "doctor",
        "enable",
        "export",
        "help",
        "import",
        "info",
        "init",
        "install",
        "launch",
        "list",
        "lock",
        "logs",
        "plan",
        "profile",
        "publish",
        "registry",
        "reload",
        "remove",
        "restart",
        "run",
        "search",
        "secret",
        "serve",
        "settings",
        "start",
        "status",
        "stop",
        "toggle",
        "token",
        "top",
        "uninstall",
        "unpublish",
        "up",
        "update",
        "upgrade",
        "version",
    ]
) - {"registry"}  # our own server; the command of that name always has a second word

# Windows cannot create files of these names, with any extension.
DEVICE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))]
)

RESERVED_IDS = COMMAND_WORDS | DEVICE_NAMES
