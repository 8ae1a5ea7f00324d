from hub_build.docs import changelog


def test_links_lead_to_pages_and_what_is_no_page_to_the_repository(tmp_path, monkeypatch):
    text = "# Changelog\n\n- [a](site_src/docs/a.md#b) [deploy](deploy/nginx.conf) [c](https://example.com)\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    monkeypatch.setattr(changelog, "CHANGELOG", tmp_path / "CHANGELOG.md")
    said = changelog.page()
    assert said.startswith("# Changelog\n")
    assert "[a](a.md#b)" in said
    assert "[deploy](https://github.com/mcp-hub-launch/registry/blob/main/deploy/nginx.conf)" in said
    assert "[c](https://example.com)" in said
