"""The page about the compiler's commands, made of their own parsers."""

from hub_build.cli.main import COMMANDS, build_parser, command_called
from hub_build.docs.parsers import commands, inner_parsers
from hub_build.reference import cell

INTRODUCTION = """\
# hub-build

<!-- Written by `make schema` from build/hub_build/cli/. -->

The compiler: it makes, checks, tests and publishes the files of a registry. Run it anywhere in a checkout.
`hub-build COMMAND --help` says the same as this page.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | findings: an entry that fails, a file that is not current, a server that does not start |
| 2 | the command line is wrong |
| 3 | there is no registry here |
| 70 | a defect in hub-build |
| 130 | interrupted (Ctrl-C) |

## Environment variables

| variable | meaning |
|---|---|
| `HUB_BUILD_CACHE_DIR` | what is remembered about files that did not change; safe to delete |
| `HUB_ONLINE_KEY` | the online key as PEM text, for machines that keep secrets in variables |
| `HUB_KEY_PASSPHRASE` | the passphrase of an encrypted key |

## Every command

| command | what it does |
|---|---|
"""


def page() -> str:
    """The page in Markdown."""
    rows = [f"| [`{name}`](#{name}) | {cell(command_called(name).SUMMARY)} |" for name in COMMANDS]
    return "\n".join([INTRODUCTION + "\n".join(rows), "", *commands(inner_parsers(build_parser()), {})]).rstrip() + "\n"
