import io

from hub_launch.cli.main import main
from hub_launch.cli.terminal import Terminal
from hub_launch.hub.access import check_token


def test_every_token_is_another_and_good_enough_for_the_hub():
    out = io.StringIO()
    terminal = Terminal(out, out, False)
    assert [main(["token"], {}, terminal) for _ in range(50)] == [0] * 50
    tokens = out.getvalue().splitlines()
    assert len(set(tokens)) == 50
    for token in tokens:
        assert check_token(token, "it") == token
        assert len(token) == 43
        assert not token.startswith("-")
