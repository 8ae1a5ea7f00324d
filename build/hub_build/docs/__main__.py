"""Write the pages, or tell which are out of date."""

import sys

from hub_build.docs.pages import stale


def main(arguments: list[str]) -> int:
    """Returns 1 if `--check` finds a page that is not what the code says."""
    if "--check" in arguments:
        for path in (found := stale()):
            print(f"differs: {path}; `make schema` writes it")
        return 1 if found else 0
    for path, text in stale().items():
        path.write_text(text, encoding="utf-8")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
