"""Taking the secrets out of what an editor's file says of a server: variables stand in their place."""

import re

from hub_launch.judge.checks.credentials import is_credential

# What editors fill in themselves: `${env:NAME}`, `${input:some-id}`. `${NAME}` and `${NAME:-default}` are hub.yaml's.
_EDITORS_OWN = re.compile(r"\$\{(?:env|input):([^}]+)\}")
_OURS = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})")
_QUERY = re.compile(r"(?<=[?&])([^=&#]+)=([^&#]+)")


class Taken:
    """Takes secrets out of a server's values, and remembers which variables stand in their place."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.missing: list[str] = []

    def value(self, name: str, variable: str, value: str) -> str:
        """The value of what is called `name`."""
        return self.secret(variable) if is_credential(name) and "${" not in value else self.text(value)

    def words(self, words: list[str]) -> list[str]:
        """A command's arguments: what follows `--api-key` is a secret."""
        found: list[str] = []
        before = ""
        for word in words:
            flag, equals, value = word.partition("=")
            if before:
                found.append(self.value(before, before, word))
            elif flag.startswith("-") and equals:
                found.append(f"{flag}={self.value(flag.lstrip('-'), flag.lstrip('-'), value)}")
            else:
                found.append(self.text(word))
            before = word.lstrip("-") if word.startswith("-") and not equals and is_credential(word.lstrip("-")) else ""
        return found

    def address(self, url: str) -> str:
        """A URL, whose query may have a secret."""
        return _QUERY.sub(lambda one: f"{one[1]}={self.value(one[1], f'{self.id}_{one[1]}', one[2])}", self.text(url))

    def text(self, text: str) -> str:
        """What an editor fills in as a variable, and what is no variable as the text that it is."""

        def variable(match: re.Match[str]) -> str:
            return self.secret(match[1])

        return _OURS.sub("$${", _EDITORS_OWN.sub(variable, text))

    def secret(self, name: str) -> str:
        """The variable for a secret of that name."""
        variable = re.sub(r"\W", "_", name).upper()
        variable = f"_{variable}" if variable[:1].isdigit() else variable
        self.missing.append(variable)
        return f"${{{variable}}}"
