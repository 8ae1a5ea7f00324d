import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.access import (
    Access,
    JwtRules,
    check_host,
    check_origin,
    check_token,
    is_own,
    is_wildcard,
    require_safe,
)

TOKEN = "token-0123456789abcdef"
EVERYWHERE = ["0.0.0.0", "::", "", "192.168.1.2", "192.0.2.1", "name.invalid", "localhost.evil.example"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_an_address_that_only_this_machine_reaches_needs_no_token(host):
    require_safe(host, Access())


@pytest.mark.parametrize("host", EVERYWHERE)
def test_any_other_does(host):
    with pytest.raises(HubError, match="others can reach that address") as caught:
        require_safe(host, Access())
    assert caught.value.code == ExitCode.USAGE
    assert "--token-file" in caught.value.hint


@pytest.mark.parametrize("access", [Access(token=TOKEN), Access(jwt=JwtRules("i", "a", "https://k.example"))])
@pytest.mark.parametrize("host", EVERYWHERE)
def test_a_token_or_an_issuer_is_enough(host, access):
    require_safe(host, access)


@pytest.mark.parametrize("access", [Access(hosts=frozenset({"a.example"})), Access(origins=frozenset({"https://a"}))])
def test_another_name_or_site_needs_a_token_even_on_loopback(access):
    with pytest.raises(HubError, match="let others reach the hub"):
        require_safe("127.0.0.1", access)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8080", "[::1]", "127.1.2.3:8080"]
)
def test_a_host_header_of_this_machine_is_our_own(host):
    assert is_own(host, Access(), "127.0.0.1")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "0.0.0.0:8080",
        "192.168.1.2",
        "127.0.0.1:80@evil.example",
        "[::]:80",
        "[::1].evil.example",
        "localhost:",
        ":80",
        "",
    ],
)
def test_any_other_is_not(host):
    assert not is_own(host, Access(), "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("192.168.1.2:8080", "192.168.1.2"),
        ("192.168.1.2", "::ffff:192.168.1.2"),
        ("[2001:db8::2]:80", "2001:db8:0::2"),
    ],
)
def test_the_address_that_was_connected_to_is(host, reached):
    assert is_own(host, Access(), reached)
    assert not is_own(host, Access(), "192.168.1.3")


def test_names_that_were_allowed_are_our_own_on_any_port():
    access = Access(hosts=frozenset({"hub.example.com"}))
    assert is_own("HUB.example.com:8443", access, "10.0.0.1")
    assert not is_own("evil.hub.example.com", access, "10.0.0.1")
    assert not is_own("hub.example.com.evil.example", access, "10.0.0.1")


def test_all_addresses_have_three_names():
    assert [is_wildcard(host) for host in ("", "0.0.0.0", "::", "127.0.0.1")] == [True, True, True, False]


def test_a_token_is_taken_without_the_space_around_it():
    assert check_token(f" {TOKEN}\n", "x") == TOKEN


@pytest.mark.parametrize("token", ["", "short", "fifteen-letters", f"{TOKEN} {TOKEN}", f"{TOKEN}ü", f'"{TOKEN}"'])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused_and_not_repeated(token):
    with pytest.raises(HubError) as caught:
        check_token(token, "--token")
    assert caught.value.code == ExitCode.USAGE
    assert caught.value.message.startswith("--token: ")
    assert not token or token not in caught.value.message + caught.value.hint


def test_a_token_is_in_no_print_of_the_rules():
    assert TOKEN not in repr(Access(token=TOKEN))


@pytest.mark.parametrize(("given", "name"), [("Hub.Example.com:80", "hub.example.com"), ("[::1]:8", "::1")])
def test_a_host_that_is_allowed_is_a_name_without_a_port(given, name):
    assert check_host(given) == name


@pytest.mark.parametrize("given", ["", "*", "*.example.com", "https://hub.example.com", "a/b", "a b"])
def test_a_host_that_no_header_could_name_is_refused(given):
    with pytest.raises(HubError, match="not the name of a host"):
        check_host(given)


@pytest.mark.parametrize("given", ["*", "null", "app.example.com", "https://a.example/", "https://u@a.example", ""])
def test_an_origin_that_no_header_could_name_is_refused(given):
    with pytest.raises(HubError, match="not an origin"):
        check_origin(given)


def test_an_origin_has_a_scheme_and_maybe_a_port():
    assert check_origin("HTTPS://App.example.com:8443") == "https://app.example.com:8443"
