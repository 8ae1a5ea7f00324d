"""What a smoke test of the registry saw of a server, as an offer: expected of one that was never started here."""

from collections.abc import Iterable

from hub_launch.catalog import Recorded
from hub_launch.catalog.recorded import Definition as Words
from hub_launch.run.eras import LEGACY, LEGACY_VERSIONS
from hub_launch.run.messages import raw
from hub_launch.run.offer import KINDS, Definition, Greeting, Kind, Offer, read_definition


def recorded_offer(recorded: Recorded) -> Offer | None:
    """What the server offered to the test; None if the test did not get so far."""
    version = recorded.protocol_version
    if version is None or recorded.tools is None:
        return None
    words = {"capabilities": recorded.capabilities, "serverInfo": recorded.server_info}
    greeting = Greeting(
        LEGACY if version in LEGACY_VERSIONS else version,
        version,
        raw({"protocolVersion": version, **words, "instructions": recorded.instructions}),
        recorded.server_info,
        recorded.capabilities or {},
        recorded.instructions,
    )
    return Offer(
        tools=_definitions(KINDS["tools"], recorded.tools),
        resources=_definitions(KINDS["resources"], recorded.resources or ()),
        templates=_definitions(KINDS["templates"], recorded.resource_templates or ()),
        prompts=_definitions(KINDS["prompts"], recorded.prompts or ()),
        greeting=greeting,
    )


def _definitions(kind: Kind, words: Iterable[Words]) -> tuple[Definition, ...]:
    read = (read_definition(kind, raw(one)) for one in words)
    return tuple(one for one in read if isinstance(one, Definition))
