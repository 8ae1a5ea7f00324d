"""Where the pages' own files are: prose, theme and templates, beside the compiler in its checkout."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import yaml

from hub_launch.errors import ExitCode, HubError

# What draws pages, by the names of modules; the extra `pages` of pyproject.toml has all of them.
_NEEDED = ("jinja2", "markdown_it", "material", "mkdocs")


@dataclass(frozen=True, slots=True)
class Source:
    """A folder with `mkdocs.yml` and `site_src/`."""

    root: Path

    @property
    def config(self) -> Path:
        """The configuration of the prose."""
        return self.root / "mkdocs.yml"

    @property
    def prose(self) -> tuple[Path, ...]:
        """Folders of which the prose is built."""
        return (self.root / "site_src/docs", self.root / "site_src/overrides")

    @property
    def edit_url(self) -> str:
        """What becomes the address where an entry is edited, with `<id>.yaml` behind it; empty where none is told."""
        settings = yaml.safe_load(self.config.read_bytes())
        return str(settings.get("extra", {}).get("edit_entries", ""))

    @property
    def templates(self) -> Path:
        """The folder of the pages' templates."""
        return self.root / "site_src/templates"


# The compiler's own checkout, where it is installed from one in place (`pip install -e .`).
_OURS = Path(__file__).resolve().parents[3]


def find_source(near: Path = _OURS) -> Source:
    """The source in `near`, else that of this checkout. near: the folder in which the registry lies.

    Raises HubError where there is none, or where what draws pages is not installed.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise HubError(
            f"pages need libraries that are not installed: {', '.join(missing)}",
            "pip install -e '.[pages]' in the checkout; without --pages the site is data alone",
            ExitCode.USAGE,
        )
    for source in (Source(near), Source(_OURS)):
        if source.config.is_file() and source.templates.is_dir():
            return source
    raise HubError(
        f"there is no mkdocs.yml with site_src/ in {near}: pages are drawn from a checkout",
        "run hub-build in the checkout, or leave out --pages",
        ExitCode.USAGE,
    )
