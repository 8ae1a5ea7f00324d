"""An image as editors and shells start it: the planner's command, without what is between the launcher and its engine.

https://docs.docker.com/reference/cli/docker/container/run/
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from hub_build.would_run import Would

# Behind it are the server's own arguments, which may be spelt like Docker's.
_IMAGE = re.compile(r"[^=]+@sha256:[a-f0-9]{64}")


def editors_command(way: Would, values: Mapping[str, str]) -> tuple[str, ...]:
    """`docker run`, handing on the variables that the editor sets. values: by variable; others are not named."""
    return tuple(_words(way, {name: name for name in values}))


def shell_command(way: Would, values: Mapping[str, str]) -> tuple[str, ...]:
    """`docker run`, with `values` on the line, but for those that the user gives: these are taken from the shell."""
    told = {name: f"{name}={value}" for name, value in values.items()}
    return tuple(_words(way, told | {name: name for name in users_own(way.values)}))


def users_own(values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables whose whole value is the user's. No secret is typed on a line, where a shell would remember it."""
    return tuple(name for name, value in values.items() if value == f"<{name}>")


def _words(way: Would, variables: Mapping[str, str]) -> Iterator[str]:
    image = next(place for place, word in enumerate(way.argv) if _IMAGE.fullmatch(word))
    yield from _options(iter(way.argv[:image]), way, variables)
    yield from way.argv[image:]


def _options(words: Iterator[str], way: Would, variables: Mapping[str, str]) -> Iterator[str]:
    for word in words:
        if word == "--pull=never":
            continue  # the launcher has it already; an editor's Docker has not
        if word == "--label":
            next(words)  # by which the launcher knows its own containers
        elif word == "--env":
            yield from _variable(next(words), way, variables)
        else:
            yield word


def _variable(name: str, way: Would, variables: Mapping[str, str]) -> Sequence[str]:
    if name not in way.values:
        return ("--env", name)  # the planner's own
    return ("--env", variables[name]) if name in variables else ()
