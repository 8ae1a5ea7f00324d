import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.judge.checks.confusable import confusable_pairs, one_edit_apart

words = st.text("abno01-", min_size=1, max_size=6)


@given(one=words, other=words)
def test_one_edit_is_one_letter_more_less_or_other_or_two_exchanged(one, other):
    letters = set(other)
    edits = {one}
    for place in range(len(one) + 1):
        edits |= {one[:place] + one[place + 1 :], one[:place] + one[place : place + 2][::-1] + one[place + 2 :]}
        edits |= {one[:place] + letter + one[place + kept :] for letter in letters for kept in (0, 1)}
    assert one_edit_apart(one, other) == (other in edits) == one_edit_apart(other, one)


@given(texts=st.lists(st.text("abc", min_size=4, max_size=7), unique=True, max_size=12))
def test_who_is_found_is_who_comparing_each_with_each_finds(texts):
    found = {text for text, _ in confusable_pairs(dict.fromkeys(texts))}
    assert found == {one for one in texts if any(one != other and one_edit_apart(one, other) for other in texts)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("git", "g1t"),
        ("memory", "rnemory"),
        ("google", "g00gle"),
        ("server", "serveer"),
    ],
)
def test_what_looks_alike_is_found(one, other):
    assert list(confusable_pairs(dict.fromkeys([one, other]))) == [(one, other), (other, one)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("git", "gif"), ("io.github.ab", "io.github.ba"), ("web-search", "websearch"), ("server-1", "server-2")],
)
def test_what_differs_on_purpose_or_is_refused_elsewhere_is_not(one, other):
    assert list(confusable_pairs(dict.fromkeys([one, other]))) == []
