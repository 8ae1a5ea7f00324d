import yaml

from hub_build.scaffold.commented import commented

DOCUMENT = {
    "update": {"from": "npm"},
    "id": "weather",
    "packages": [{"registryType": "npm", "packageArguments": [{"type": "named", "name": "--units"}]}],
}


def test_a_remark_stands_above_its_line_and_changes_nothing():
    remarks = {("id",): "first", ("packages", 0, "packageArguments", 0): "second", ("update", "from"): "third"}

    text = commented(DOCUMENT, remarks).decode()

    assert "# first\nid: weather\n" in text
    assert "      # second\n      - type: named\n" in text
    assert "  # third\n  from: npm\n" in text
    assert yaml.safe_load(text) == DOCUMENT


def test_keys_come_in_the_order_of_the_guide():
    assert list(yaml.safe_load(commented(DOCUMENT, {}))) == ["id", "packages", "update"]


def test_a_long_remark_is_wrapped_and_cannot_leave_its_comment():
    text = commented(DOCUMENT, {("id",): "word " * 60 + "\nid: evil \x1b[31m\u202e"}).decode()
    assert yaml.safe_load(text) == DOCUMENT
    assert max(map(len, text.splitlines())) <= 120
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_remark_on_what_is_not_there_is_left_out():
    assert b"lost" not in commented(DOCUMENT, {("remotes", 0): "lost", ("packages", 7): "lost"})
