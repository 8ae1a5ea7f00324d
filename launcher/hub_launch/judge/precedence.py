"""Which of a server's versions is the newest, by the official registry's rule."""

from semver import Version

Key = tuple[int, Version | str, str]


def precedence(version: str, published: str) -> Key:
    """A key that sorts the versions of one server, the newest last. published: the day, as `2026-11-21`.

    The official registry's rule (`IsLatest` in its publishing code): a semantic version is newer than any other
    text, two of them compare as https://semver.org says, two others by the time of their publication.
    """
    if Version.is_valid(version):
        return 1, Version.parse(version), published
    # The text itself last, so that the order never depends on that of the files.
    return 0, published, version


def is_newer(version: str, published: str, than: str, than_published: str) -> bool:
    """Whether the official registry takes the first version for newer than the second."""
    return precedence(version, published)[:2] > precedence(than, than_published)[:2]
