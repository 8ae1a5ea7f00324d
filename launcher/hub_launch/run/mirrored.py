"""Arguments of tools that a server over HTTP wants as headers too, so that gateways can route without reading bodies.

Of protocol 2026-07-28: a property with `x-mcp-header: Region` travels as `Mcp-Param-Region` beside the body (SEP-2243).
"""

import dataclasses
from collections.abc import Mapping

import msgspec

from hub_launch.run.messages import Fields, text_of
from hub_launch.run.offer import Offer
from hub_launch.text import printable, shortened

_MARK = b"x-mcp-header"
# Of what is wrong with an annotation, as much as anybody would read.
_SHOWN = 200

HeaderMap = Mapping[tuple[str, ...], str]
"""The last part of a header's name, by the way from a tool's arguments to the property that it repeats."""


def mirrored(offer: Offer) -> tuple[Offer, Mapping[str, HeaderMap]]:
    """The offer without tools whose annotations are wrong, as clients must leave them out; and the others' headers."""
    marked = [tool for tool in offer.tools if _MARK in bytes(tool.raw)]
    if not marked:
        return offer, {}
    # Here: the SDK takes a second to load, and hardly any tool has this.
    from mcp.shared.inbound import find_invalid_x_mcp_header, x_mcp_header_map

    wrong = {tool.name: reason for tool in marked if (reason := find_invalid_x_mcp_header(tool.input_schema))}
    tools = tuple(tool for tool in offer.tools if tool.name not in wrong)
    told = tuple(f"tool '{printable(name)}': {_shown(reason)}" for name, reason in wrong.items())
    kept = dataclasses.replace(offer, tools=tools, left_out=(*offer.left_out, *told))
    return kept, {tool.name: x_mcp_header_map(tool.input_schema) for tool in marked if tool.name not in wrong}


def param_headers(headers: Mapping[str, HeaderMap], params: Fields) -> Mapping[str, str]:
    """The headers of a call with these parameters."""
    wanted = headers.get(text_of(params.get("name")) or "")
    if not wanted:
        return {}
    from mcp.shared.inbound import mcp_param_headers

    return mcp_param_headers(wanted, msgspec.json.decode(params.get("arguments", b"null")) or {})


def _shown(reason: str) -> str:
    return shortened(printable(reason), _SHOWN)
