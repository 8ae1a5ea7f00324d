"""What servers of each era are told of a request's client."""

import json

import mcp_types

from hub_launch.run import eras
from hub_launch.run.eras import LEGACY, MODERN, carried, for_server
from hub_launch.run.messages import raw

CAPABILITIES = {"sampling": {}, "elicitation": {"form": {}, "url": {}}, "roots": {"listChanged": True}}


def params(capabilities, **meta):
    about = {
        "io.modelcontextprotocol/clientCapabilities": capabilities,
        "io.modelcontextprotocol/clientInfo": {"name": "x"},
    }
    return {"name": raw("t"), "_meta": raw(about | meta)}


def sent(era, given):
    return json.loads(bytes(for_server(era, given)))


def test_the_keys_are_those_of_the_sdk():
    assert eras.CLIENT_CAPABILITIES_KEY == mcp_types.CLIENT_CAPABILITIES_META_KEY
    assert eras.CLIENT_INFO_KEY == mcp_types.CLIENT_INFO_META_KEY
    assert eras.LOG_LEVEL_KEY == mcp_types.LOG_LEVEL_META_KEY


def test_a_server_of_the_newer_protocol_is_told_with_each_request_what_its_client_may_be_asked_for():
    meta = sent(MODERN, params(CAPABILITIES, mine=1))["_meta"]
    assert meta["io.modelcontextprotocol/clientCapabilities"] == CAPABILITIES
    assert meta["io.modelcontextprotocol/clientInfo"]["name"] == "mcp-hub"
    assert meta["mine"] == 1


def test_a_client_that_says_nothing_may_be_asked_for_nothing():
    assert sent(MODERN, {})["_meta"]["io.modelcontextprotocol/clientCapabilities"] == {}


def test_a_server_of_the_older_protocol_is_told_nothing_with_a_request():
    assert sent(LEGACY, params(CAPABILITIES)) == {"name": "t"}
    assert sent(LEGACY, params(CAPABILITIES, progressToken=3)) == {"name": "t", "_meta": {"progressToken": 3}}


def test_how_much_is_logged_is_told_with_each_request_in_the_newer_protocol_alone():
    level = {"io.modelcontextprotocol/logLevel": "info"}
    assert sent(LEGACY, params({}, **level)) == {"name": "t"}
    assert sent(MODERN, params({}, **level))["_meta"]["io.modelcontextprotocol/logLevel"] == "info"


def test_tasks_which_the_hub_does_not_pass_on_are_not_promised():
    tasks = {"tasks": {"list": {}}, "extensions": {"io.modelcontextprotocol/tasks": {}, "com.example/own": {"a": 1}}}
    assert json.loads(bytes(carried(raw(CAPABILITIES | tasks)))) == CAPABILITIES | {
        "extensions": {"com.example/own": {"a": 1}}
    }
    assert json.loads(bytes(carried(raw([])))) == {}
