import pytest

from hub_launch.run.addresses import Reach, Refused, is_this_machine

METADATA = "169.254.169.254"
INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fe80::1%eth0",
    "fd00::1",
]
DISGUISED = ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::7f00:1"]


@pytest.mark.parametrize("address", [METADATA, *INSIDE, *DISGUISED, "224.0.0.1", "nonsense"])
def test_a_public_name_leads_to_public_addresses_alone(address):
    with pytest.raises(Refused, match=r"mcp\.example\.com leads to"):
        Reach("mcp.example.com").check("mcp.example.com", address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_name_may_lead_to_public_addresses(address):
    Reach("mcp.example.com").check("mcp.example.com", address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "127.0.0.1"),
        ("localhost", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("192.168.1.5", "192.168.1.5"),
        ("box.local", "192.168.1.5"),
        ("mcp", "10.1.2.3"),
    ],
)
def test_who_configured_an_address_of_their_own_network_means_it(host, address):
    Reach(host).check(host, address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "10.0.0.1"),
        ("localhost", METADATA),
        ("192.168.1.5", "192.168.1.6"),
        ("box.local", METADATA),
        ("8.8.8.8", "127.0.0.1"),
    ],
)
def test_and_nothing_else_on_it(host, address):
    with pytest.raises(Refused):
        Reach(host).check(host, address)


def test_another_host_that_an_answer_names_must_be_public_too():
    with pytest.raises(Refused):
        Reach("mcp.example.com").check("login.example.com", "10.0.0.1")
    Reach("mcp.example.com").check("login.example.com", "8.8.8.8")


def test_a_server_of_ones_own_may_name_another():
    Reach("localhost").check("login.corp", "10.0.0.1")
    with pytest.raises(Refused):
        Reach("localhost").check("login.corp", METADATA)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "127.1", "017700000001", "1.2.3.256", "0177.0.0.1"]
)
def test_an_address_in_another_spelling_is_refused(host):
    with pytest.raises(Refused, match="is a number"):
        Reach(host).check_host(host)


def test_an_address_in_the_place_of_a_name_is_judged_like_one():
    with pytest.raises(Refused, match="clouds keep"):
        Reach("mcp.example.com").check_host(METADATA)


@pytest.mark.parametrize(
    ("host", "here"), [("localhost", True), ("::1", True), ("127.8.9.1", True), ("example.com", False)]
)
def test_this_machine_is_known_by_its_names(host, here):
    assert is_this_machine(host) is here


def test_a_name_that_the_user_gave_may_be_one_of_their_network():
    Reach("mcp.example.com", own=True).check("mcp.example.com", "10.0.0.1")
    with pytest.raises(Refused):
        Reach("mcp.example.com", own=True).check("mcp.example.com", METADATA)
