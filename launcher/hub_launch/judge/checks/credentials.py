"""Inputs that hold a credential are marked as secret, so that they are never stored, logged or shown."""

import re
from collections.abc import Iterator

from hub_launch.catalog import Input
from hub_launch.catalog.inputs import VARIABLE_PATTERN, InputWithVariables
from hub_launch.judge.checks.parts import alternatives_of, inputs_of, label
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Source

_VARIABLE = re.compile(VARIABLE_PATTERN)

# A name that ends so holds the thing itself; `TOKEN_LIMIT`, `PASSWORD_FILE`, `MAX_TOKENS` and `ACCESS_KEY_ID` do not.
_CREDENTIAL = re.compile(
    r"(^|.*[^a-z])(access_?token|auth_?token|token|client_?secret|secret|passwd|password|passphrase|api_?key|"
    r"access_?key|secret_?key|private_?key|encryption_?key|credentials?|bearer|jwt|pat)|.*(apikey|apitoken|accesstoken)",
    re.IGNORECASE,
)
# `apiKey` and `x-api-key` are written with a word break for the pattern above.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HEADERS = frozenset(["authorization", "proxy-authorization", "cookie"])

# What a file, a number or a switch says about a credential is none.
_HARMLESS = frozenset(["filepath", "number", "boolean"])


def check(source: Source) -> Iterator[Finding]:
    """What is called like a credential is secret, and what is secret has no value of the publisher's."""
    if source.entry is None:
        return
    for alternative in alternatives_of(source.entry):
        for at, name, declared in inputs_of(alternative):
            yield from _marked(source, at, name, declared)
            yield from _not_given(source, at, declared)


def is_credential(name: str) -> bool:
    """Whether an input of this name holds a credential."""
    plain = _HUMP.sub("_", name).replace("-", "_")
    return bool(_CREDENTIAL.fullmatch(plain)) or name.lower() in _HEADERS


def _marked(source: Source, at: Pointer, name: str, declared: Input) -> Iterator[Finding]:
    if declared.is_secret or declared.format in _HARMLESS or not is_credential(name):
        return
    # `Bearer {token}`: what is secret is the variable.
    inner = declared.variables or {} if isinstance(declared, InputWithVariables) else {}
    if any(variable.is_secret for variable in inner.values()):
        return
    message = f"{label(at)}: {quoted(name)} is called like a credential and is not marked as one"
    yield source.loaded.finding(at, "secret-unmarked", message, "add `isSecret: true`, or choose a name that says more")


def _not_given(source: Source, at: Pointer, declared: Input) -> Iterator[Finding]:
    if not declared.is_secret:
        return
    fixed = declared.value is not None and not _VARIABLE.search(declared.value)
    for key in ("value",) * fixed + ("default",) * (declared.default is not None):
        message = f"{label((*at, key))}: a secret that everybody can read is none"
        yield source.loaded.finding(
            (*at, key), "secret-given", message, "remove it: each user has a value of their own"
        )
