import pytest
from tuf.api.metadata import Metadata

from hub_build.sign import keys
from hub_build.sign.policy import KEPT_INDEXES
from hub_build.sign.site import publication, published
from hub_build.sign.verify import verify
from hub_build.write import write_site
from hub_launch.errors import ExitCode, HubError

TIMESTAMP = "metadata/timestamp.json"


def tree(desk):
    return {path: path.read_bytes() for path in desk.site.rglob("*") if path.is_file()}


def days_left(desk, path):
    return (Metadata.from_file(str(desk.site / "metadata" / path)).signed.expires - desk.now).days


def test_a_first_publication_has_all_roles_and_the_timestamp_is_written_last(desk):
    desk.index("time")
    written = desk.publish()
    assert [path.split("/")[-1] for path in written[2:]] == ["1.targets.json", "1.snapshot.json", "timestamp.json"]
    assert written[0] == "metadata/1.root.json"
    assert written[1].startswith("targets/")
    assert (desk.site / written[1]).read_bytes() == (desk.site / "index.json").read_bytes()


def test_each_role_lasts_as_long_as_the_policy_says(desk):
    desk.index("time")
    desk.publish()
    assert days_left(desk, "1.root.json") == 365
    assert days_left(desk, "1.targets.json") == days_left(desk, "1.snapshot.json") == 90
    assert days_left(desk, "timestamp.json") == 14


def test_the_same_index_keys_and_moment_give_the_same_bytes(desk):
    desk.index("time")
    assert desk.files(publication) == desk.files(publication)


def test_publishing_what_is_published_writes_nothing(desk):
    desk.index("time")
    desk.publish()
    before = tree(desk)
    assert desk.publish(days=1) == []
    assert tree(desk) == before


def test_unless_the_daily_job_failed_for_a_week(desk):
    desk.index("time")
    desk.publish()
    assert desk.publish(days=8) == [TIMESTAMP]


def test_another_index_is_the_next_version_and_the_old_one_stays_published(desk):
    desk.index("time")
    desk.publish()
    desk.index("time", "git")
    assert desk.publish()[1:] == ["metadata/2.targets.json", "metadata/2.snapshot.json", TIMESTAMP]
    assert published(desk.site).timestamp.signed.version == 2
    assert (desk.site / "metadata" / "1.snapshot.json").is_file()
    assert len(list((desk.site / "targets").iterdir())) == 2


def test_of_the_indexes_the_last_few_stay(desk):
    for number in range(KEPT_INDEXES + 2):
        desk.index(f"server-{number}")
        desk.publish()
    assert len(list((desk.site / "targets").iterdir())) == KEPT_INDEXES
    assert len(list((desk.site / "metadata").glob("*.targets.json"))) == KEPT_INDEXES + 2


def test_the_daily_job_signs_the_timestamp_alone(desk):
    desk.index("time")
    desk.publish()
    assert desk.refresh(days=1) == [TIMESTAMP]
    assert published(desk.site).timestamp.signed.version == 2


def test_and_the_rest_when_less_than_a_month_is_left(desk):
    desk.index("time")
    desk.publish()
    assert desk.refresh(days=61) == ["metadata/2.targets.json", "metadata/2.snapshot.json", TIMESTAMP]


def test_the_daily_job_publishes_nothing_new(desk):
    desk.index("time")
    desk.publish()
    desk.index("time", "evil")
    with pytest.raises(HubError, match="is not the one that was published"):
        desk.refresh()


def test_a_key_that_the_root_does_not_name_signs_nothing(desk):
    desk.index("time")
    desk.online = keys.signer(keys.generate())
    with pytest.raises(HubError, match="is not the one that root 1 names") as caught:
        desk.publish()
    assert caught.value.code == ExitCode.USAGE
    assert not (desk.site / "metadata").exists()


def test_compiling_the_site_again_leaves_what_was_signed(desk):
    desk.index("time")
    index = (desk.site / "index.json").read_bytes()
    (desk.site / "index.json").unlink()
    write_site(desk.site, {"index.json": index, "v0/ping": b"{}"})
    desk.publish()
    write_site(desk.site, {"index.json": index})
    assert verify(str(desk.site), desk.root, documents=0).servers == 1


@pytest.mark.parametrize("failing", [1, 2, 3, 4, 5])
def test_a_full_disk_leaves_what_was_published_whole(desk, failing, monkeypatch):
    desk.index("time")
    desk.publish()
    before = tree(desk)
    desk.index("time", "git")
    count = iter(range(1, 100))
    real = type(desk.site).write_bytes

    def full(path, data):
        if next(count) == failing:
            real(path, data[:10])
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(type(desk.site), "write_bytes", full)
    if failing <= 4:
        with pytest.raises(HubError, match="No space left"):
            desk.publish()
    monkeypatch.undo()
    after = tree(desk)
    assert not [path for path in after if path.name.startswith(".")]
    if failing <= 4:
        assert all(after[path] == data for path, data in before.items() if path.name != "index.json")
        assert verify(str(desk.site), desk.root).servers == 1


@pytest.mark.parametrize("damage", [b"", b"{}", b"<html>"])
def test_metadata_that_is_broken_is_not_gone_on_from(desk, damage):
    desk.index("time")
    desk.publish()
    (desk.site / "metadata" / "1.snapshot.json").write_bytes(damage)
    with pytest.raises(HubError, match=r"1\.snapshot\.json is missing or broken") as caught:
        desk.publish()
    assert "its versions must go on" in caught.value.hint
