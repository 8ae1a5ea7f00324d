"""Views to bytes: a template makes what is in the middle of a page, the shell what is around it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub_build.pages.page import View
from hub_build.pages.shell import Shell, root_of
from hub_build.pages.tile import letter, tone
from hub_launch.text import counted, printable

ASSETS = "docs/assets/hub/"


@dataclass(frozen=True, slots=True)
class Site:
    """What every template may say of the site.

    title: the registry's. base_url: where it will be, with a slash at its end; empty where that is not known.
    edit_url: what becomes the address of an entry's source with `<id>.yaml` behind it; empty where there is none.
    """

    title: str
    base_url: str = ""
    edit_url: str = ""

    @property
    def address(self) -> str:
        """For text that is taken elsewhere."""
        return self.base_url or "https://<this site>/"


@dataclass(frozen=True, slots=True)
class Frame:
    """All that pages are drawn with, whatever is on them. digest: of all of it."""

    shell: Shell
    templates: Environment
    folder: Path
    site: Site
    digest: bytes


def make_frame(shell: Shell, templates: Path, site: Site) -> Frame:
    """The frame of a site. templates: their folder."""
    # Every text is a stranger's until a template says otherwise, and a name that is not there is a mistake.
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        # Templates do not change while a site is drawn.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"safe_text": printable, "counted": counted, "number": "{:,}".format}
    environment.filters |= {"letter": letter, "tone": tone}
    digest = hashlib.sha256(repr((shell.page, site)).encode())
    for path in sorted(path for path in templates.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(templates).as_posix()}\0".encode() + path.read_bytes())
    return Frame(shell, environment, templates, site, digest.digest())


def _shown(value: object) -> object:
    """What a template writes for `value`: no invisible characters, whether the template thought of it or not."""
    if type(value) is not str:
        return value
    # Most need no look at each letter, JSON of several lines least of all.
    plain = value.replace("\n", "").replace("\t", "")
    return value if plain.isascii() and plain.isprintable() else printable(value, keep="\n\t")


def drawn(view: View, frame: Frame) -> tuple[str, bytes]:
    """The page's path in the site, and its bytes."""
    root = root_of(view)
    content = frame.templates.get_template(view.template).render(page=view.model, root=root, site=frame.site)
    head = "".join(f'<script type="module" async src="{root}{ASSETS}{name}"></script>\n' for name in view.early)
    head += "".join(f'<script type="module" src="{root}{ASSETS}{name}"></script>\n' for name in view.scripts)
    title = frame.site.title if view.title == frame.site.title else f"{view.title} - {frame.site.title}"
    return view.path + view.file, frame.shell.filled(view, printable(title), head, content)
