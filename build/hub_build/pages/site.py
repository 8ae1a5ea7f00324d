"""The pages of a site, from the prose on the disk and what was compiled."""

from pathlib import Path

from hub_build.assemble import Finish, Notes
from hub_build.compile import Compiled
from hub_build.pages.draw import Site, make_frame
from hub_build.pages.parts import page_parts
from hub_build.pages.prose import SHELL, build_prose
from hub_build.pages.shell import Shell
from hub_build.pages.source import find_source
from hub_build.write import Part


def site_pages(compiled: Compiled, near: Path, memory: Path, notes: Notes, finish: Finish = dict) -> list[Part]:
    """Their parts. near: see find_source(); memory: the folder of what is remembered between runs; notes and finish:
    see assemble().

    Raises HubError if what draws pages is not installed, and if the prose has a mistake.
    """
    source = find_source(near)
    prose = build_prose(source, memory)
    site = Site(compiled.title, compiled.base_url, source.edit_url)
    frame = make_frame(Shell(prose[SHELL]), source.templates, site)
    return page_parts(compiled, frame, prose, notes, finish)
