"""`python -m hub_launch.install.run_bundle <address> <sha256> <arguments>`: for a bundle what npx is for a package."""

import json
import os
import sys
from pathlib import Path

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.install.mcpb import bundle_command, unpacked
from hub_launch.plan import Context
from hub_launch.plan.mcpb import VALUES_VARIABLE
from hub_launch.settings import Settings


def main(words: list[str]) -> int:
    """Become the bundle's server. Returns only when that is not possible."""
    address, sha256, *fixed = words
    given = json.loads(os.environ.pop(VALUES_VARIABLE, "{}"))
    cache = Settings.load().cache_dir / "packages/mcpb"
    context = Context.of_this_machine(lambda sha256: cache / sha256, Path.cwd())
    package = Package.model_validate(
        {"registryType": "mcpb", "identifier": address, "fileSha256": sha256, "transport": {"type": "stdio"}}
    )
    try:
        folder = unpacked(address, package, cache, context)
        command = bundle_command(address, folder, given, fixed, context, os.environ)
        os.execve(command.argv[0], command.argv, {**os.environ, **command.env})  # noqa: S606  this is what it is for
    except HubError as error:
        print(f"error: {error.message}", error.hint, sep="\n", file=sys.stderr)
    except OSError as error:
        print(f"error: {address} cannot be started: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
