from datetime import UTC, datetime

import pytest

from hub_build.upstream import Missing, oci
from hub_build.upstream.client import Answer
from hub_launch.errors import HubError

DIGEST = "sha256:" + "a" * 64
LABELS = {
    "io.modelcontextprotocol.server.name": "io.github.a/weather",
    "org.opencontainers.image.source": "https://github.com/a/weather",
    "org.opencontainers.image.version": "1.2.0",
    "org.opencontainers.image.licenses": "MIT",
    "org.opencontainers.image.description": "Forecasts",
}
CREATED = "2026-10-19T06:48:51.123456789Z"
# As skopeo 1.9 and docker 27 print them, shortened.
SKOPEO = {
    "Name": "images.example/a/weather",
    "Digest": DIGEST,
    "Created": CREATED,
    "Labels": LABELS,
}
DOCKER = [
    {
        "Id": "sha256:" + "b" * 64,
        "RepoDigests": ["other/name@sha256:" + "c" * 64, f"images.example/a/weather@{DIGEST}"],
        "Created": CREATED,
        "Config": {"Labels": LABELS},
    }
]


@pytest.mark.parametrize("answer", [SKOPEO, DOCKER], ids=["skopeo", "docker"])
def test_an_image_is_a_release_by_its_digest(answer):
    release = oci.release_of("images.example/a/weather", "latest", answer)

    assert (release.identifier, release.integrity) == (f"images.example/a/weather@{DIGEST}", DIGEST)
    assert (release.version, release.license, release.server_name) == ("1.2.0", "MIT", "io.github.a/weather")
    assert release.repository == "https://github.com/a/weather"
    assert release.published == datetime(2026, 10, 19, 6, 48, 51, 123456, UTC)


def test_an_image_without_labels_has_its_tag_for_a_version():
    assert oci.release_of("a/weather", "2.0", {"Digest": DIGEST}).version == "2.0"
    assert oci.release_of("a/weather", "latest", {"Digest": DIGEST}).version == ""


@pytest.mark.parametrize("name", ["--privileged", "A/B", "docker://x", "a b", "a/b:c", "", "file:x"])
def test_what_is_no_name_is_not_asked_for(name):
    assert isinstance(oci.release(name, "1.0"), Missing)
    assert oci.versions(name) == ()


@pytest.mark.parametrize("name", ["images.example:5000/a/weather:1.2.0", "images.example:5000/a/weather"])
def test_a_tag_beside_a_digest_says_nothing(monkeypatch, name):
    asked = []
    monkeypatch.setattr(oci, "_asked", lambda reference: asked.append(reference) or Answer(1, "", "not found"))
    oci.release(name, DIGEST)
    oci.release(f"{name}@{DIGEST}")
    assert asked == [f"images.example:5000/a/weather@{DIGEST}"] * 2


def test_an_image_that_is_not_there_is_an_answer_and_silence_is_none(monkeypatch):
    monkeypatch.setattr(oci, "_asked", lambda _: Answer(1, "", "manifest unknown: manifest unknown"))
    assert isinstance(oci.release("a/weather"), Missing)
    monkeypatch.setattr(oci, "_asked", lambda _: Answer(1, "", "connection refused"))
    with pytest.raises(HubError):
        oci.release("a/weather")


def test_without_a_client_the_hint_names_some(monkeypatch):
    monkeypatch.setattr(oci, "find_program", lambda _: None)
    with pytest.raises(HubError) as raised:
        oci.release("a/weather")
    assert "docker" in raised.value.hint
