import pytest

from hub_build.scaffold.licences import expression, from_texts


@pytest.mark.parametrize(
    ("stated", "spdx"),
    [
        ("MIT", "MIT"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("MIT License", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("BSD", "BSD-3-Clause"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("AFL-2.1", "AFL-2.1"),
        ("UNLICENSED", "LicenseRef-Proprietary"),
        ("SEE LICENSE IN LICENSE", ""),
        (None, ""),
    ],
)
def test_what_packages_write_is_an_expression_or_nothing(stated, spdx):
    assert expression(stated) == spdx


def test_without_a_statement_files_and_the_readme_are_asked():
    assert from_texts(["Apache License\nVersion 2.0, January 2004"], "") == "Apache-2.0"
    assert from_texts([], "## License\n\nThis server is licensed under the MIT License.") == "MIT"
    assert from_texts([], "nothing") == ""
