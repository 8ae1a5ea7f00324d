import random
import string

import pytest

from hub_launch.judge.checks.secrets import _FORMS, known_secrets

LETTERS = "".join(random.Random(1).sample(string.ascii_uppercase + "2345678", 30))  # noqa: S311

TOKENS = [(kind, start) for kind, starts, _ in _FORMS for start in starts.split()]


def token(kind, start):
    if kind == "JSON Web Token":
        return f"{start}{LETTERS}.eyJ{LETTERS}.{LETTERS}"
    lengths = {"AKIA": 16, "ASIA": 16, "AIza": 35, "npm_": 36}
    return start + (LETTERS + LETTERS)[: lengths.get(start, 40)] + (f".{LETTERS}" if start == "SG." else "")


@pytest.mark.parametrize(("kind", "start"), TOKENS)
def test_every_form_is_found_wherever_it_stands(kind, start):
    text = f"before: '{token(kind, start)}' # after"
    ((place, found, _),) = known_secrets(text)
    assert (place, found) == (9, kind)


@pytest.mark.parametrize(
    "text",
    [
        "sk-... is how keys begin",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_0000000000000000000000000000000000000000",
        f"sk-your-key-goes-here-{LETTERS}",
        f"desk-{LETTERS}",
        "npm_config_registry and hf_hub_download",
        "eyJ.eyJ.",
    ],
)
def test_placeholders_and_words_are_not_found(text):
    assert list(known_secrets(text)) == []
