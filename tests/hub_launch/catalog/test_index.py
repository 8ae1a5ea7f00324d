import pytest
from pydantic import ValidationError

from hub_launch.catalog import Index, IndexRow, kinds_of


def test_a_row_knows_where_its_document_is(rows, entry):
    row = IndexRow.model_validate(rows([entry("time")])[0])
    assert row.path == f"entries/time/{row.sha256}.json"


@pytest.mark.parametrize("version", [0, 2, "1", True, None])
def test_only_the_known_schema_version_is_read(version):
    document = {"schemaVersion": version, "title": "T", "count": 0, "servers": []}
    assert Index.model_validate(document | {"schemaVersion": 1})
    with pytest.raises(ValidationError, match="schemaVersion"):
        Index.model_validate(document)


def test_a_rows_id_cannot_leave_the_folder_of_documents(rows, entry):
    row = rows([entry("time")])[0]
    for change in ({"id": "../../x"}, {"sha256": "../x"}):
        with pytest.raises(ValidationError):
            IndexRow.model_validate(row | change)


def test_kinds_are_the_ways_to_start_in_the_order_they_are_tried(entry, npm, pypi):
    everything = entry(
        packages=[pypi(), npm(), pypi(version="2")],
        remotes=[{"type": "sse", "url": "https://a.example"}],
        openapi={"file": "a.yaml", "baseUrl": "https://a.example"},
        module={"path": "a"},
    )
    assert kinds_of(everything) == ("pypi", "npm", "module", "openapi", "remote")
