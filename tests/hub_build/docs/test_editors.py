from pathlib import Path

from hub_launch.clients.table import CLIENTS

PAGE = (Path(__file__).parents[3] / "site_src/docs/editors.md").read_text(encoding="utf-8")


def test_every_client_is_in_the_table_with_the_file_of_a_project():
    for name, client in CLIENTS.items():
        project = f"`{client.project}`" if client.project else ""
        assert f"| {client.title} | `{name}` | {project} |" in PAGE
