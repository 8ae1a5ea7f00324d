"""What hub.yaml says of the hub itself."""

import argparse

import pytest

from hub_launch.cli.access import access_of
from hub_launch.cli.asked import quiet
from hub_launch.cli.run import options, settings_with
from hub_launch.cli.said import fill_in
from hub_launch.config.loading import load
from hub_launch.errors import HubError

TOKEN = "tok-0123456789abcdef0123456789abcdef"


@pytest.fixture
def said(tmp_path, settings):
    """The options of `run` where the file says that, and the settings."""

    def fill(text, *words, **environ):
        (tmp_path / "hub.yaml").write_text(text)
        parser = argparse.ArgumentParser()
        options(parser)
        arguments = parser.parse_args(words)
        configuration = load(tmp_path / "hub.yaml", environ)
        fill_in(arguments, configuration, settings)
        return arguments, settings_with(configuration, settings, arguments)

    return fill


def test_paths_are_meant_from_the_file(said, tmp_path):
    arguments, _ = said("hub: {tlsCert: cert.pem, tlsKey: /etc/key.pem, jwtKeys: keys.json}")
    assert arguments.tls_cert == tmp_path / "cert.pem"
    assert str(arguments.tls_key) == "/etc/key.pem"
    assert arguments.jwt_keys == str(tmp_path / "keys.json")


def test_what_is_written_down_can_be_said_there(said):
    arguments, _ = said("hub: {audit: false, logFormat: json, otel: true}")
    assert (arguments.no_audit, arguments.log_format, arguments.otel, arguments.logfire) == (True, "json", True, False)


def test_the_command_line_comes_before_the_file_and_the_environment(said):
    text = "hub: {sandbox: off, logFormat: json, tlsCert: a.pem, allowHost: a.example}"
    arguments, settings = said(text, "--sandbox", "require", "--log-format", "text", "--allow-host", "b.example")
    assert (settings.sandbox, arguments.log_format) == ("require", "text")
    assert arguments.allow_host == ["b.example", "a.example"]
    assert said(text)[1].sandbox == "off"
    assert said(text, HUB_SANDBOX="auto")[1].sandbox == "auto"
    assert said("hub: {}")[1].sandbox == "auto"


def test_clients_are_asked_for_the_token_that_it_refers_to(said):
    arguments, _ = said("hub: {token: '${MINE}'}", MINE=TOKEN)
    assert access_of(arguments, {}, quiet()).token == TOKEN
    assert access_of(arguments, {"HUB_TOKEN": "another-" + TOKEN}, quiet()).token == "another-" + TOKEN
    with pytest.raises(HubError, match=r"hub\.token of the configuration: a token has"):
        access_of(said("hub: {token: '${MINE}'}", MINE="short")[0], {}, quiet())


def test_a_token_of_the_keyring_that_is_not_there_is_named(said):
    with pytest.raises(HubError, match="keyring"):
        said("hub: {token: 'keyring:no-such-one'}")
