"""What a scaffold cannot know, asked on the terminal. Enter keeps the guess."""

import re
import sys
from collections.abc import Callable
from typing import get_args

from hub_build.scaffold import SOURCES, Draft
from hub_launch.catalog.entry import Category
from hub_launch.text import printable

# As many categories as an entry may have; more maintainers are added in the file.
MAX_WORDS = 3

LOGIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,38})")


def ask_source() -> str:
    """What to make an entry of; empty if the user has no answer."""
    examples = "\n".join(f"  {source.example}" for source in SOURCES.values())
    return _answer(f"What is it? One of\n{examples}\n> ")


def asked(draft: Draft) -> Draft:
    """`draft` with the user's answers in the place of guesses."""
    description = _better("What can one do with it, in one line?", draft.document["description"])
    if description != draft.document["description"]:
        draft.settled("description", description)
    choices = get_args(Category)
    question = f"Categories, at most three ({', '.join(choices)})"
    categories = _words(question, draft.document["categories"], lambda word: word in choices)
    draft.settled("categories", categories)
    logins = _words("GitHub logins of who may change the entry", draft.document["maintainers"], _is_login)
    draft.settled("maintainers", logins)
    return draft


def _is_login(word: str) -> bool:
    return LOGIN.fullmatch(word) is not None


def _words(question: str, guess: list[str], fits: Callable[[str], bool]) -> list[str]:
    while True:
        words = _better(question, ", ".join(guess)).replace(",", " ").split()
        wrong = [word for word in words if not fits(word)]
        if not wrong:
            return words[:MAX_WORDS]
        print(f"not possible: {', '.join(map(printable, wrong))}", file=sys.stderr)


def _better(question: str, guess: str) -> str:
    return _answer(f"{question}\n  [{printable(guess)}] ") or guess


def _answer(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
