"""How the fixture server asks its client for something, in either era of the protocol."""

import functools

from mcp import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    ClientCapabilities,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)
from mcp_types.jsonrpc import INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

_KINDS = {
    "sampling/createMessage": ("sampling", CreateMessageResult),
    "elicitation/create": ("elicitation", ElicitResult),
    "roots/list": ("roots", ListRootsResult),
}
"""What a client has to be able to do, and what it answers, by the method."""


class _NotYet(Exception):
    """The client's answers are not there: the request has to end with `result`."""

    def __init__(self, result):
        super().__init__("input required")
        self.result = result


def asked_for(handler):
    """Lets a handler of requests use `ask`."""

    @functools.wraps(handler)
    async def handle(ctx, params):
        try:
            return await handler(ctx, params)
        except _NotYet as interruption:
            return interruption.result

    return handle


async def ask(ctx, params, questions, state=None):
    """The client's answers to some questions, by their keys.

    In the older era they are asked while the client's request waits; in the newer one that request ends, and is sent
    again with the answers. state: what the client must send back with them.
    """
    if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        # Whatever the client says that it can: what it cannot is its own to refuse.
        return {key: await _pushed(ctx, question) for key, question in questions.items()}
    for question in questions.values():
        require(ctx, _KINDS[question.method][0])
    answers = params.input_responses or {}
    if not questions.keys() <= answers.keys():
        raise _NotYet(InputRequiredResult(input_requests=questions, request_state=state))
    if params.request_state != state:
        raise MCPError(INVALID_PARAMS, "requestState is none that was given out for this")
    return answers


def can(ctx, capability):
    """Whether the client says that it has this capability."""
    capabilities = ctx.session.client_capabilities or ClientCapabilities()
    return getattr(capabilities, capability) is not None


def require(ctx, capability):
    """Refuse a client that does not say that it has this capability."""
    if not can(ctx, capability):
        code = MISSING_REQUIRED_CLIENT_CAPABILITY
        raise MCPError(code, f"The client has no {capability}", data={"requiredCapabilities": {capability: {}}})


async def _pushed(ctx, question):
    related = ServerMessageMetadata(related_request_id=ctx.request_id)
    return await ctx.session.send_request(question, _KINDS[question.method][1], metadata=related)


def form(message, properties, *required):
    """A question to the user."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def text_question(message, name):
    """A question to the user whose answer is one text."""
    return form(message, {name: {"type": "string"}}, name)


def sample(prompt):
    """A question to the client's model."""
    content = TextContent(type="text", text=prompt)
    messages = [SamplingMessage(role="user", content=content)]
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=messages, max_tokens=100))


def roots():
    """A question for the folders that the client works in."""
    return ListRootsRequest()
