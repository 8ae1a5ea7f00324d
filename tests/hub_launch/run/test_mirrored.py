"""Arguments that a server wants as headers too."""

import pytest

from hub_launch.run.messages import fields_of, raw
from hub_launch.run.mirrored import mirrored, param_headers
from hub_launch.run.offer import Definition, Offer


def tool(name, **properties):
    words = {"name": name, "inputSchema": {"type": "object", "properties": properties}}
    return Definition(name, raw(words))


def sent(headers, name, **arguments):
    return param_headers(headers, fields_of(raw({"name": name, "arguments": arguments})))


REGION = {"type": "string", "x-mcp-header": "Region"}


def test_an_argument_is_repeated_in_the_header_that_its_property_names():
    _, headers = mirrored(Offer(tools=(tool("greet", region=REGION, text={"type": "string"}),)))
    assert sent(headers, "greet", region="north", text="hello") == {"Mcp-Param-Region": "north"}
    assert sent(headers, "greet", text="hello") == {}


def test_what_no_header_can_carry_is_encoded():
    _, headers = mirrored(Offer(tools=(tool("greet", region=REGION),)))
    assert sent(headers, "greet", region="Nord\r\nX: y") == {"Mcp-Param-Region": "=?base64?Tm9yZA0KWDogeQ==?="}


@pytest.mark.parametrize(
    "params", [{"name": "other"}, {"name": 7}, {"name": "greet"}, {"name": "greet", "arguments": None}]
)
def test_a_call_without_such_an_argument_has_no_header(params):
    _, headers = mirrored(Offer(tools=(tool("greet", region=REGION),)))
    assert param_headers(headers, fields_of(raw(params))) == {}


def test_a_tool_whose_annotation_is_wrong_is_left_out_and_told_of():
    wrong = tool("wrong", region={"type": "string", "x-mcp-header": "Two Words"})
    offer, headers = mirrored(Offer(tools=(wrong, tool("right", region=REGION))))
    assert [one.name for one in offer.tools] == ["right"]
    assert list(headers) == ["right"]
    assert "tool 'wrong': property 'region'" in offer.left_out[0]


def test_an_offer_without_such_tools_stays_as_it_is():
    offer = Offer(tools=(tool("plain", region={"type": "string"}),))
    assert mirrored(offer) == (offer, {})
