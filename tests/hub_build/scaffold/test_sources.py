import pytest

from hub_build.scaffold import drafted
from hub_launch.errors import ExitCode, HubError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nmp:weather", "did you mean npm:weather? sources:"),
        ("weather-mcp", "did you mean npm:weather-mcp or pypi:weather-mcp? sources:"),
        ("@you/weather-mcp", "did you mean npm:@you/weather-mcp? sources:"),
        ("what is this", "sources:"),
    ],
)
def test_what_is_no_source_says_what_may_be_meant(text, meant):
    with pytest.raises(HubError, match="nothing that an entry can be made of") as caught:
        # Nothing is asked of anybody.
        drafted(text, None)
    assert caught.value.hint.startswith(meant)
    assert caught.value.code == ExitCode.USAGE
