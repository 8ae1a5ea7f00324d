from hub_launch.judge.checks.parts import MAX_COMPARED, did_you_mean


def test_a_name_that_is_nearly_one_of_a_few_is_recognised():
    assert did_you_mean("foldr", ["folder", "limit"]) == "did you mean `folder`?"
    assert did_you_mean("x", ["folder", "limit"]) == ""


def test_hundreds_of_names_are_not_compared():
    # With hundreds of misspelt ones a small file would take half a minute.
    assert did_you_mean("name-x", [f"name-{number}" for number in range(MAX_COMPARED + 1)]) == ""
