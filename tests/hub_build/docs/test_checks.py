from hub_build.docs.checks import page
from hub_launch.judge.checks import CHECKS


def test_the_page_is_the_same_wherever_it_is_written(tmp_path, monkeypatch):
    before = page()
    monkeypatch.chdir(tmp_path)
    assert page() == before


def test_every_check_has_a_section_and_an_example():
    sections = page().split("\n## ")
    assert [section.partition("\n")[0] for section in sections[1:]] == ["load", *(check.name for check in CHECKS)]
    # Nothing that passes the schema breaks this rule.
    assert [section.partition("\n")[0] for section in sections[1:] if "| verdict |" not in section] == ["official"]
