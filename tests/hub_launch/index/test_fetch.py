import contextlib

import httpx2
import pytest

from hub_launch.errors import HubError
from hub_launch.index.fetch import WebHost, addresses_of
from hub_launch.index.host import Missing, Unreachable

NAMES = {"public.example": ["93.184.216.34"], "intra.example": ["10.1.2.3"], "both.example": ["93.184.216.34", "::1"]}


@pytest.fixture
def redirecting():
    """A host whose first answer redirects; returns the addresses that were asked."""

    def run(first, target):
        asked = []

        def answer(request):
            asked.append(str(request.url))
            return httpx2.Response(302, headers={"location": target}) if len(asked) == 1 else httpx2.Response(200)

        host = WebHost(first, httpx2.MockTransport(answer), resolve=lambda name: NAMES.get(name, ()))
        with contextlib.suppress(HubError):
            host.get("x", 10)
        return len(asked)

    return run


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.0.1:8080/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://intra.example/",
        "https://both.example/",
    ],
)
def test_a_public_host_may_not_send_us_inside(redirecting, target):
    assert redirecting("https://public.example", target) == 1


@pytest.mark.parametrize(
    ("first", "target"),
    [
        ("https://public.example", "https://93.184.216.34/"),
        ("https://public.example", "https://unknown.example/"),
        ("https://intra.example", "https://10.0.0.1/"),
        ("https://127.0.0.1", "https://[::1]/"),
        ("https://intra.example", "https://intra.example/other"),
    ],
)
def test_other_redirects_are_followed(redirecting, first, target):
    assert redirecting(first, target) == 2


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_file_that_is_not_there_is_missing(web, web_answer, status):
    web.answers["/x"] = web_answer(b"<h1>no</h1>", status)
    with pytest.raises(Missing, match=f"/x answers HTTP {status}"):
        WebHost(web.url).get("x", 10)


def test_one_connection_serves_many_files(raw_host):
    connections = []

    def keep_alive(connection, ended):
        connections.append(connection)
        while True:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            if not connection.recv(65536):
                return

    host = WebHost(raw_host(keep_alive))
    assert [host.get(path, 10).data for path in "abc"] == [b"ok"] * 3
    assert len(connections) == 1


def test_after_an_answer_that_never_ended_the_next_has_a_connection_of_its_own(raw_host):
    answers = iter([False, True])

    def second_time_lucky(connection, ended):
        if next(answers):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        else:
            ended.wait()

    host = WebHost(raw_host(second_time_lucky), seconds=0.3)
    with pytest.raises(Unreachable, match=r"no complete answer within 0\.3 s"):
        host.get("a", 10)
    assert host.get("b", 10).data == b"ok"


def test_names_of_this_machine_are_known_and_others_are_not_an_error():
    assert set(addresses_of("localhost")) & {"127.0.0.1", "::1"}
    assert addresses_of("no-such-name.invalid") == []
