"""Reading a command line: a mistake is one line with the nearest right word, and not all that could have been meant."""

import argparse
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NoReturn

from hub_launch.errors import ExitCode, HubError
from hub_launch.text import printable

_CHOICE = re.compile(r"argument (?P<what>.+?): invalid choice: '?(?P<given>.*?)'? \(choose from (?P<known>.*)\)")
_REQUIRED = "the following arguments are required: "
# What 16 bits hold (RFC 9293).
MAX_PORT = 65535
# `lsit` is 0.75 from `list`; two words of the same length that share half of their letters are 0.5.
_NEAR = 0.7


class Parser(argparse.ArgumentParser):
    """As argparse's, whose mistakes are a user's."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found as a HubError (exit 2)."""
        choice = _CHOICE.fullmatch(message)
        if choice:
            known = re.findall(r"[^\s',]+", choice["known"])
            message = f"{choice['what']} cannot be {choice['given']!r}"
            hint = f"{did_you_mean(choice['given'], known)}it is one of {', '.join(known)}"
        else:
            message = self._needed(message) if message.startswith(_REQUIRED) else message.removeprefix("argument ")
            hint = f"`{self.prog} --help` says what there is"
        raise HubError(f"{_called(self)}: {printable(message)}", printable(hint), ExitCode.USAGE)

    def _needed(self, message: str) -> str:
        # argparse names those that may be left out, too.
        named = message.removeprefix(_REQUIRED).split(", ")
        needed = ("/".join(one.option_strings) or str(one.metavar or one.dest) for one in self._actions if _must(one))
        return f"{' and '.join(one for one in needed if one in named)} must be given"


def _must(action: argparse.Action) -> bool:
    return action.required if action.option_strings else action.nargs not in ("*", "?")


def parsed(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """The arguments that the words mean. Raises HubError (exit 2)."""
    arguments, unknown = parser.parse_known_args(words)
    if not unknown:
        return arguments
    of_command = _parser_of(parser, words)
    given = unknown[0].partition("=")[0]
    if not given.startswith("-"):
        what = f"{_called(of_command)} takes no {given!r}"
    else:
        what = f"{_called(of_command)} has no option {given}"
    near = did_you_mean(given, (text for one in of_command._actions for text in one.option_strings))
    hint = f"{near}`{of_command.prog} --help` says what there is"
    raise HubError(printable(what), printable(hint), ExitCode.USAGE)


def port(text: str) -> int:
    """The type of `--port`."""
    if text.isdecimal() and int(text) <= MAX_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port, which is a number from 0 to {MAX_PORT}")


def wants_json(words: Sequence[str]) -> bool:
    """Whether the command line asks for JSON, as far as that can be said of one that may be wrong."""
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`did you mean --port? ` or nothing."""
    # Here, since few make mistakes.
    from difflib import get_close_matches

    near = get_close_matches(given, sorted(known), n=3, cutoff=_NEAR)
    # `--prot` is as near to `--root` as to `--port`, whose letters it has.
    near.sort(key=lambda one: sorted(one) != sorted(given))
    return f"did you mean {near[0]}? " if near else ""


def _called(parser: argparse.ArgumentParser) -> str:
    """`hub-launch time` is what a user types for `hub-launch launch time`."""
    return parser.prog.removesuffix(" launch")


def _parser_of(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command, and of its own word, that the line is about."""
    for word in words:
        inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        if inner and word in inner[0].choices:
            parser = inner[0].choices[word]
    return parser
