"""The command line. Credentials come from environment variables that the options name, never from here."""

import argparse
import json
import logging
import sys

from hub_launch.children.openapi.server import build_server
from hub_launch.children.openapi.spec import load_spec


def main(argv: list[str] | None = None) -> int:
    """Serve until standard input closes. Returns the exit code; a message on standard error says why."""
    arguments = _parser().parse_args(argv)
    # It logs every address, in which a key may be.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    try:
        options = json.loads(arguments.options) | {"public": arguments.public}
        spec = load_spec(arguments.spec, arguments.sha256)
        server = build_server(arguments.name, spec, arguments.base_url, options)
    except Exception as error:  # a stranger's description can break its readers in any way
        # Our own words stand for themselves; those of others say too little without their kind.
        kind = "" if type(error) is ValueError else f"{type(error).__name__}: "
        sys.stderr.write(f"{arguments.spec}: {kind}{error}\n")
        return 1
    server.run(transport="stdio", show_banner=False)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub_launch.children.openapi", description="Serve an HTTP API over MCP.")
    parser.add_argument("--name", required=True)
    parser.add_argument("--spec", required=True, help="file or https URL, JSON or YAML")
    parser.add_argument("--sha256", help="expected hash of the description")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--public", action="store_true", help="the API has a public address, or is not to be reached")
    parser.add_argument("--options", default="{}", help="what the entry says about the API, as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
