"""A server of the newer protocol that needs input, and a client of the older: it is asked, and the call repeated."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_hex

import msgspec
from msgspec import Raw

from hub_launch.hub.asking import Client, lacking
from hub_launch.run.eras import CLIENT_CAPABILITIES_KEY
from hub_launch.run.link import Answerer, Question
from hub_launch.run.messages import (
    NO_FIELDS,
    Fields,
    Message,
    as_object,
    error_text,
    fields_of,
    raw,
    text_of,
)

# As many as a patient person would answer; a server that asks for ever is broken.
MAX_ROUNDS = 20
# As many as a person can see at once.
MAX_INPUTS = 16
# A server that only wants to be asked again later.
AGAIN_SECONDS = 1.0

INPUT_REQUIRED = bytes(raw("input_required"))

Ask = Callable[[Fields], Awaitable[Message]]
"""Sends the request with these parameters."""


class Unanswered(Exception):
    """The server wants to know what the client does not tell. The text is safe to print."""


def inputs_of(result: Fields) -> dict[str, Question]:
    """What a result asks for, by the server's names for it. Raises Unanswered for what cannot be read."""
    wanted = fields_of(result["inputRequests"]) if "inputRequests" in result else {}
    if wanted is None or len(wanted) > MAX_INPUTS:
        raise Unanswered("it asks for input in a way that cannot be read")
    return {name: _question(one) for name, one in wanted.items()}


def _question(one: Raw) -> Question:
    fields = fields_of(one) or {}
    method = text_of(fields.get("method"))
    if method is None:
        raise Unanswered("it asks for input in a way that cannot be read")
    return Question(method, fields.get("params", NO_FIELDS))


def with_capabilities(params: Fields, capabilities: Raw) -> Fields:
    """A request's parameters that say what its client may be asked for."""
    meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
    return {**params, "_meta": as_object({**meta, CLIENT_CAPABILITIES_KEY: capabilities})}


async def in_rounds(client: Client, params: Fields, ask: Ask, answer: Answerer) -> Message:
    """The response that asks for nothing any more. Raises Unanswered, and what `ask` does.

    answer: asks the client.
    """
    params = with_capabilities(params, client.capabilities)
    message = await ask(params)
    for _ in range(MAX_ROUNDS):
        result = fields_of(message.result) if isinstance(message.result, Raw) else None
        if not result or bytes(result.get("resultType", b"")) != INPUT_REQUIRED:
            return message
        message = await ask({**params, **await _answers(client, result, answer)})
    raise Unanswered(f"it still asks for input after {MAX_ROUNDS} rounds")


async def _answers(client: Client, result: Fields, answer: Answerer) -> Fields:
    """What the next request has beside the first one's parameters."""
    questions = inputs_of(result)
    for question in questions.values():
        if missing := lacking(client.declared, question):
            raise Unanswered(f"it asks for {missing}, which this client does not have")
    state = {"requestState": result["requestState"]} if "requestState" in result else {}
    if not questions:
        await asyncio.sleep(AGAIN_SECONDS)
        return state
    asking = [asyncio.create_task(_answered(answer, one)) for one in questions.values()]
    try:
        answers = await asyncio.gather(*asking)
    finally:
        # One that is not answered is enough to give up.
        for task in asking:
            task.cancel()
    return {**state, "inputResponses": as_object(dict(zip(questions, answers, strict=True)))}


async def _answered(answer: Answerer, question: Question) -> Raw:
    reply = await answer(_older(question))
    if reply.result is None:
        said = error_text(Message("2.0", error=reply.error or msgspec.UNSET))
        raise Unanswered(f"it asks for {question.method}, which the client did not answer: {said}")
    return reply.result


def _older(question: Question) -> Question:
    """The question as the older protocol has it: there a form at an address has an id."""
    params = fields_of(question.params) or {}
    if question.method != "elicitation/create" or text_of(params.get("mode")) != "url" or "elicitationId" in params:
        return question
    return Question(question.method, as_object({**params, "elicitationId": raw(token_hex(16))}))
