import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.source import FolderSource, check_hash


def test_an_oversized_document_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(HubError, match="larger than 1,000 bytes"):
        FolderSource(tmp_path).document("big.json", 1000, "0" * 64)


def test_a_wrong_hash_is_told_with_both():
    with pytest.raises(HubError, match="sha256 ba7816bf8f01…, expected 000000000000…") as caught:
        check_hash(b"abc", "0" * 64, "there")
    assert caught.value.code == ExitCode.REGISTRY
