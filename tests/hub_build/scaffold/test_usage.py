from hub_build.scaffold.found import Need
from hub_build.scaffold.usage import flags_of

ARGPARSE = """\
usage: server [-h] [--units {metric,imperial}]

options:
  -h, --help            show this help message and exit
  --local-timezone LOCAL_TIMEZONE
                        Override local timezone
  -r REPO, --repository REPO
                        The repository
  --units {metric,imperial}
                        Units (default: metric)
"""

CLICK = """\
Options:
  -r, --repository PATH  Git repository path
  -v, --verbose
  --help                 Show this message and exit.
"""

COMMANDER = """\
Options:
  --browser <browser>  browser to use
  --headless           run without a window
"""

YARGS = """\
Options:
      --help      Show help                                            [boolean]
  -u, --url       Where it runs                              [string] [required]
      --count     How many                                 [number] [default: 5]
"""


def by_name(text):
    return {one.name: one for one in flags_of(text)}


def test_argparse():
    found = by_name(ARGPARSE)
    assert found["--local-timezone"].description == "Override local timezone"
    assert found["--repository"].takes_value
    assert (found["--units"].choices, found["--units"].default) == (("metric", "imperial"), "metric")


def test_click():
    found = by_name(CLICK)
    assert found["--repository"].takes_value
    assert not found["--verbose"].takes_value


def test_commander():
    found = by_name(COMMANDER)
    assert (found["--browser"].takes_value, found["--headless"].takes_value) == (True, False)


def test_yargs():
    found = by_name(YARGS)
    assert (found["--url"].need, found["--url"].description) == (Need.REQUIRED, "Where it runs")
    assert (found["--count"].default, found["--help"].takes_value) == ("5", False)


def test_what_is_no_help_text_has_no_flags():
    assert flags_of("Starting the server on stdio\n--- ready ---\n") == []
