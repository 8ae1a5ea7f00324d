"""The contract's patterns in words: what a message and an editor say in the place of a regular expression."""

_VARIABLE = "a name of letters, digits and `_` that does not begin with a digit, such as API_TOKEN"
_SHA256 = "64 lower-case hexadecimal digits"

PATTERN_WORDS = {
    r"^[a-z0-9][a-z0-9-]*[a-z0-9]$": (
        "lower-case letters, digits and hyphens, with a letter or digit first and last, such as my-server"
    ),
    r"^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?/[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$": (
        "a reverse-DNS namespace, one slash and a name, such as io.github.you/my-server"
    ),
    r"^[0-9A-Za-z][0-9A-Za-z.+_!-]*$": "one exact version, such as 1.4.0: no range and no spaces",
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$": 'a day as year-month-day in quotes, such as "2026-11-21"',
    r"^[a-f0-9]{64}$": _SHA256,
    r"^(sha512-[A-Za-z0-9+/]{86}==|sha256-[a-f0-9]{64}|sha256:[a-f0-9]{64})$": (
        "sha512-<base64> for npm, sha256-<hex> for PyPI, or sha256:<hex> for an image"
    ),
    r"^https://[^\s]+$": "an address that begins with https://",
    r"^https?://[^\s]+$": "an address that begins with https:// or http://",
    r"^/[^\s]*$": "a path that begins with a slash, such as /pets/{id}",
    r"^[\x21\x23-\x5b\x5d-\x7e]+$": "one word of printable ASCII without quotes and backslashes, such as read:pets",
    r"^[a-z][a-z0-9-]*[a-z0-9]$": "a word of lower-case letters, digits and hyphens, such as wasm",
    r"^(https?://|\{)[^\s]+$": "an address that begins with https://, http:// or a {variable}",
    r"^[A-Za-z_][A-Za-z0-9_]*$": _VARIABLE,
    r"^[A-Za-z_][A-Za-z0-9_-]*$": "a name of letters, digits, `_` and `-` that begins with a letter, such as folder",
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$": "a Python import path, such as my_package.server",
    r"^-{0,2}[A-Za-z0-9][A-Za-z0-9._-]*$": "a flag alone, such as --port; its value goes into `value`",
    r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$": "the name of an HTTP header, such as Authorization",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "a command without a path and options, such as npx",
    r"^[A-Za-z0-9._-]+$": "letters, digits, dots, `_` and `-`, such as X-Api-Key",
    r"^[^\s]+$": "a name without spaces",
    r"^[^/\\\s]+(/[^/\\\s]+)*$": "a path below the repository, such as src/server: no spaces, no leading slash",
    r"^(\*\.)?[a-z0-9.-]+(:[0-9]+)?$": (
        "host names in lower case, such as api.example.com, *.example.com or localhost:8080"
    ),
    r"^[a-z0-9][a-z0-9.-]*\.(yaml|yml|json)$": (
        "a file name in lower case that ends in .yaml, .yml or .json; the file lies in registry/openapi/"
    ),
    r"^(\d+x\d+|any)$": "a width and height such as 48x48, or any",
    r"^[A-Za-z0-9]([A-Za-z0-9-]{0,38})$": "a GitHub login, without the @",
    r"^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens, such as web-search",
    # Only the official object has these.
    r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$": "a namespace, one slash and a name",
}  # fmt: skip
"""What fits, by the text of the pattern. A test finds patterns that lack words, and words without a pattern."""
