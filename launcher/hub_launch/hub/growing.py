"""Adding servers to a hub that runs, at an assistant's wish and with its user's approval.

The `registry` server has a tool for it, so that it is listed, pinned and hidden like any other; its calls are answered
here. No server can ask for approval in the hub's words: what the user reads is written by the hub, of what it planned
itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from hub_launch.errors import HubError
from hub_launch.hub.asking import Party
from hub_launch.hub.metatools import arguments_of
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.link import OnProgress, Question, Reply
from hub_launch.run.messages import Fields, Message, fields_of, object_of, raw, text_of
from hub_launch.run.server import Server
from hub_launch.text import printable, shortened

if TYPE_CHECKING:
    from hub_launch.hub.rest.means import Abilities

ADD_SERVER = "add_server"
REGISTRY_MODULE = "hub_launch.servers.registry"
# Of the values that an assistant gives: people read all of them before they agree.
MAX_PARAMETERS = 32
MAX_VALUE = 4_096

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Proposal:
    """A server that was planned and is not in the hub yet."""

    id: str
    text: str
    """All that starting it does, for its user to judge."""
    agreed: bool
    """Whether its user has agreed to exactly that before."""
    add: Callable[[], Awaitable[str]]
    """Remembers that it was agreed to, starts it, and says how that went. Raises HubError."""


Propose = Callable[[str, Parameters], Awaitable[Proposal]]
"""Plans the server of a registry that is called so, with these parameters. Raises HubError.

The hub never fetches: whoever starts it gives it one.
"""


def is_registry(launch: Launch | None) -> bool:
    """Whether that is our own `registry` server, which alone has the tool that is answered here."""
    if not isinstance(launch, StdioLaunch) or launch.kind != "module" or launch.packaged:
        return False
    return REGISTRY_MODULE in launch.argv


@dataclass(frozen=True)
class Growing:
    """Answers the calls of `add_server`."""

    propose: Propose

    def takes(self, server: Server, method: str, params: Fields) -> bool:
        """Whether a request, in the server's own words, is such a call."""
        return method == "tools/call" and is_registry(server.planned) and text_of(params.get("name")) == ADD_SERVER

    def asked_by(self, party: Party) -> "Asking":
        """What answers a client's call, and asks it for approval."""
        return Asking(self.propose, party)


def growing_of(abilities: "Abilities | None") -> Growing | None:
    """What answers such calls in a hub with these abilities; None in one that adds none so."""
    return Growing(abilities.propose) if abilities and abilities.propose else None


@dataclass(frozen=True)
class Asking:
    """One client's calls. Has the face of a server of its own; see hub.held.Asks."""

    propose: Propose
    party: Party

    async def request(self, method: str, params: Fields, on_progress: OnProgress | None = None) -> Message:
        """The result of the call, always: what went wrong is told to the assistant in it."""
        try:
            return _told(await self._added(params))
        except HubError as error:
            return _told(f"{error.message}; {error.hint}" if error.hint else error.message, wrong=True)

    async def _added(self, params: Fields) -> str:
        name, parameters = _wanted(params)
        proposal = await self.propose(name, parameters)
        if not proposal.agreed:
            await self._approved(proposal)
        return await proposal.add()

    async def _approved(self, proposal: Proposal) -> None:
        """Return only if the user agrees. Raises HubError."""
        reply = await self.party.answer(Question("elicitation/create", _question(proposal)))
        if reply.result is None:
            raise HubError(
                f"{proposal.id} was not started, since its user cannot be asked: {_why(reply)}",
                f"the user can start it: `hub-launch add {proposal.id}`",
            )
        answer = fields_of(reply.result) or {}
        content = object_of(answer["content"]) if "content" in answer else None
        if text_of(answer.get("action")) != "accept" or not content or content.get("start") is not True:
            raise HubError(f"the user did not agree to start {proposal.id}, so it was not started")


def _question(proposal: Proposal) -> Raw:
    message = (
        f"The assistant wants to add the server {proposal.id} to this hub. It runs only if you agree, "
        f"and until the hub ends:\n\n{proposal.text}"
    )
    start = {"type": "boolean", "title": f"Start {proposal.id}", "description": "I have read what it runs"}
    schema = {"type": "object", "properties": {"start": start}, "required": ["start"]}
    return raw({"message": message, "requestedSchema": schema})


def _wanted(params: Fields) -> tuple[str, Parameters]:
    """The id and the parameters that a call gives. Raises HubError."""
    arguments = arguments_of(params)
    name = text_of(arguments.get("id"))
    if not name:
        raise HubError(f"{ADD_SERVER} needs `id`, a server's id as search_servers gives it")
    given = object_of(arguments["parameters"]) if "parameters" in arguments else {}
    if given is None or len(given) > MAX_PARAMETERS:
        raise HubError(f"`parameters` has to be an object of at most {MAX_PARAMETERS} names with their values")
    return name, {key: _values(key, value) for key, value in given.items()}


def _values(name: str, value: Any) -> Sequence[str]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and len(one) <= MAX_VALUE for one in values):
        raise HubError(
            f"the parameter {printable(shortened(name))} has to be a text, or a list of texts, "
            f"of at most {MAX_VALUE:,} characters each"
        )
    return values


def _why(reply: Reply) -> str:
    error = object_of(reply.error) if reply.error is not None else None
    return printable(shortened(str((error or {}).get("message", "it gave no reason"))))


def _told(text: str, *, wrong: bool = False) -> Message:
    return Message("2.0", result=raw({"content": [{"type": "text", "text": text}], "isError": wrong}))
