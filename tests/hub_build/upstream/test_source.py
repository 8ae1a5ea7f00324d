import pytest

from hub_build.upstream.source import source_of


@pytest.mark.parametrize(
    ("text", "url", "folder"),
    [
        ("git+https://github.com/a/b.git", "https://github.com/a/b", None),
        ("https://github.com/a/b.git#main", "https://github.com/a/b", None),
        ("git@github.com:a/b.git", "https://github.com/a/b", None),
        ("git+ssh://git@github.com/a/b.git", "https://github.com/a/b", None),
        ("github:a/b", "https://github.com/a/b", None),
        ("gitlab:a/b", "https://gitlab.com/a/b", None),
        ("a/b", "https://github.com/a/b", None),
        ("https://github.com/a/b/tree/main/src/time", "https://github.com/a/b", "src/time"),
        ("https://github.com/a/b/tree/main", "https://github.com/a/b", None),
        ("https://gitlab.com/group/sub/b/-/tree/main/src", "https://gitlab.com/group/sub/b", "src"),
        ("http://github.com/a/b", "https://github.com/a/b", None),
        ("not an address", None, None),
        ("javascript:alert(1)", None, None),
        ("", None, None),
    ],
)
def test_every_spelling_of_a_repository_is_one_https_address(text, url, folder):
    assert source_of(text) == (url, folder)
