import pytest

from hub_launch.catalog.credentials import sounds_secret


@pytest.mark.parametrize(
    ("name", "secret"),
    [("API_KEY", True), ("GITHUB_TOKEN", True), ("apiKey", True), ("Authorization", True), ("--password", True),
     ("LOG_LEVEL", False), ("KEYBOARD", False), ("PATH_PREFIX", False), ("AUTHOR", False), ("url", False)],
)  # fmt: skip
def test_credentials_are_told_by_their_name(name, secret):
    assert sounds_secret(name) is secret
