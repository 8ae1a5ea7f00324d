"""Whoever wants to hear what servers say of their own accord, and that they are connected anew."""

from typing import Protocol

from hub_launch.run.messages import Message


class Ear(Protocol):
    """One that listens to all servers of a hub. Must not wait."""

    def heard(self, server: str, message: Message) -> None:
        """A server said something that answers nothing."""
        ...

    def connected(self, server: str) -> None:
        """A server was connected anew: it remembers nothing of what it was told before."""
        ...


class Ears:
    """All that listen."""

    def __init__(self) -> None:
        self._all: list[Ear] = []

    def add(self, ear: Ear) -> None:
        """Tell this one too from now on."""
        self._all.append(ear)

    def heard(self, server: str, message: Message) -> None:
        """Tell all; see Ear."""
        for ear in self._all:
            ear.heard(server, message)

    def connected(self, server: str) -> None:
        """Tell all; see Ear."""
        for ear in self._all:
            ear.connected(server)
