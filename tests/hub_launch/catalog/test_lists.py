"""The registry's lists: other names, yanked versions, withdrawn servers."""

import pytest
from pydantic import ValidationError

from hub_launch.catalog import Lists

GONE = {"id": "gone", "reason": "Its package was taken over.", "date": "2026-11-01"}


def test_an_alias_or_an_old_id_means_the_server_and_any_other_name_itself():
    lists = Lists(aliases={"fs": "filesystem"}, renamed={"files": "filesystem"})
    assert [lists.current_id(name) for name in ("fs", "files", "filesystem", "other")] == ["filesystem"] * 3 + ["other"]


def test_a_withdrawn_server_is_found_with_its_reason():
    lists = Lists.model_validate({"withdrawn": [GONE]})
    assert lists.withdrawal("gone").reason == "Its package was taken over."
    assert lists.withdrawal("other") is None


def test_one_version_is_yanked_and_no_other():
    lists = Lists.model_validate({"yanked": [{**GONE, "version": "1.0.0"}]})
    assert lists.yanking("gone", "1.0.0").date == "2026-11-01"
    assert lists.yanking("gone", "1.0.1") is None


def test_a_withdrawal_needs_a_reason():
    with pytest.raises(ValidationError, match="reason"):
        Lists.model_validate({"withdrawn": [{"id": "gone", "date": "2026-11-01"}]})
