import json

import pytest
from hubs.clients import Exchange
from hubs.http1 import Response
from soaking.judge import Fault, judge, judge_cancelled, require_clear

TOKEN = "t"
DOWN = "server 's1' is degraded: was ended by SIGKILL and said nothing (the next call starts it again)"


def answer(text="mine", number=1, *, error=False):
    return {"id": number, "result": {"content": [{"type": "text", "text": text}], "isError": error}}


def progress(step, token=TOKEN):
    return {"method": "notifications/progress", "params": {"progressToken": token, "progress": step}}


def exchange(*messages, status=200, kind=b"text/event-stream"):
    stream = "".join(f"event: message\r\ndata: {json.dumps({'jsonrpc': '2.0', **one})}\r\n\r\n" for one in messages)
    body = stream if kind == b"text/event-stream" else json.dumps(messages[0])
    return Exchange(1, Response(status, {b"content-type": kind}, bytearray(body.encode())))


def test_an_answer_is_read_from_a_stream_and_from_json():
    assert judge(exchange(answer())).text == "mine"
    assert judge(exchange(answer(), kind=b"application/json")).text == "mine"


def test_an_error_may_be_a_tools_a_protocols_or_a_problem_document():
    assert judge(exchange(answer(DOWN, error=True))).error == DOWN
    assert judge(exchange({"id": 1, "error": {"code": -1, "message": DOWN}})).error == DOWN
    problem = exchange({"detail": DOWN}, status=503, kind=b"application/problem+json")
    assert judge(problem).error == DOWN


def test_progress_comes_in_order_under_ones_own_token_and_before_the_answer():
    assert judge(exchange(progress(1), progress(2), answer()), "t").progress == 2
    for wrong in ([progress(2), progress(1), answer()], [answer(), progress(1)], [progress(1, "other"), answer()]):
        with pytest.raises(Fault):
            judge(exchange(*wrong), "t")


def test_the_same_news_for_everybody_may_come_in_between():
    assert judge(exchange({"method": "notifications/tools/list_changed"}, answer())).text == "mine"


@pytest.mark.parametrize(
    "messages", [[], [answer(), answer()], [answer(number=2)], [answer(), answer(number=2)]],
    ids=["none", "two", "another's", "another's too"],
)  # fmt: skip
def test_a_call_has_exactly_one_answer(messages):
    with pytest.raises(Fault):
        judge(exchange(*messages))


def test_a_status_without_a_problem_document_is_a_fault():
    with pytest.raises(Fault, match="500"):
        judge(exchange({"oops": 1}, status=500, kind=b"application/json"))


def test_what_was_given_up_gets_nothing_or_its_own():
    judge_cancelled(exchange(), "mine")
    judge_cancelled(exchange(answer()), "mine")
    with pytest.raises(Fault, match="another's"):
        judge_cancelled(exchange(answer("yours")), "mine")


def test_an_error_names_the_server_and_says_what_to_do():
    require_clear(DOWN, "s1")
    require_clear("server 's1' has no tool 'x'; tools/list has those that there are", "s1")
    for unclear in ("Unknown tool: 's1' (look again)", DOWN.replace("s1", "s2"), "server 's1' is failed: no reason"):
        with pytest.raises(Fault):
            require_clear(unclear, "s1")
