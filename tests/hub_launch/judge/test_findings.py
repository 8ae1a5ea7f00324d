from hub_launch.judge.findings import Finding, Verdict, in_order, json_pointer, quoted, verdict_of


def finding(line=1, severity=Verdict.FAIL, **changes):
    values = {"file": "a.yaml", "column": None, "pointer": "", "rule": "rule", "message": "message"} | changes
    return Finding(line=line, severity=severity, **values)


def test_the_verdict_is_the_worst_severity():
    assert verdict_of([]) is Verdict.OK
    assert verdict_of([finding(severity=Verdict.REVIEW)]) is Verdict.REVIEW
    assert verdict_of([finding(severity=Verdict.REVIEW), finding(severity=Verdict.FAIL)]) is Verdict.FAIL


def test_findings_are_sorted_by_place_and_each_is_shown_once():
    late, early, other = finding(9), finding(2), finding(1, file="b.yaml")
    assert in_order([other, late, early, late]) == [early, late, other]


def test_nothing_that_a_terminal_acts_on_or_hides_is_left_in_a_finding():
    shown = finding(file="a\x1b[2J.yaml", pointer="/\u202ex", message="line\nbreak", hint="zero\u200bwidth")
    assert shown.file == "a\\x1b[2J.yaml"
    assert shown.pointer == "/\\u202ex"
    assert shown.message == "line\\nbreak"
    assert shown.hint == "zero\\u200bwidth"


def test_pointers_are_escaped_as_rfc_6901_says():
    assert json_pointer(("paths", "/pets", 0, "a~b")) == "/paths/~1pets/0/a~0b"
    assert json_pointer(()) == ""


def test_a_quoted_value_is_short_and_safe():
    assert quoted("x" * 1000) == f"`{'x' * 59}…`"
    assert quoted("\x07") == "`\\x07`"
