"""FastMCP servers in Python files, found in their syntax tree: nothing of them is imported or run."""

import ast
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub_launch.children import module
from hub_launch.clients.mcp_json import id_of
from hub_launch.discovery.found import Discovered, Outcome
from hub_launch.errors import why
from hub_launch.files import read_bounded
from hub_launch.text import command_line

# A server has some kilobytes; a file of generated code may have more than is worth reading.
MAX_BYTES = 1024 * 1024
# A large repository; whoever names their whole home is told where the search ended.
MAX_FILES = 20_000

# Where the classes come from, and what they are called: FastMCP's own, those of the official SDK in both its majors.
_CLASSES = {
    "fastmcp": {"FastMCP"},
    "fastmcp.server": {"FastMCP"},
    "mcp.server": {"FastMCP", "MCPServer", "Server"},
    "mcp.server.fastmcp": {"FastMCP"},
    "mcp.server.mcpserver": {"MCPServer"},
    "mcp.server.lowlevel": {"Server"},
}
# Other people's code, which is no server of this folder.
_NOT_OWN = frozenset(["node_modules", "site-packages", "__pycache__"])


@dataclass(frozen=True, slots=True)
class _Server:
    """target: the name it has in its module; empty if it is made elsewhere than at its top."""

    target: str
    title: str


def find(folder: Path) -> Outcome:
    """The servers below `folder`, or in that one file."""
    found: list[Discovered] = []
    notes: list[str] = []
    for number, path in enumerate(_files(folder) if folder.is_dir() else [folder]):
        if number == MAX_FILES:
            notes.append(f"{folder}: only the first {MAX_FILES:,} Python files were looked at; name a folder of it")
            break
        try:
            found += _servers_in(path, folder if folder.is_dir() else folder.parent)
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as error:
            notes.append(f"{path}: {why(error)}")
    return Outcome(tuple(found), tuple(notes))


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        # Sorted, so that the same folder is always told in the same order.
        folders[:] = sorted(one for one in folders if _is_own(Path(place, one)))
        yield from (Path(place, one) for one in sorted(files) if one.endswith(".py"))


def _is_own(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_OWN
    return not hidden and not (folder / "pyvenv.cfg").exists()


def _servers_in(path: Path, folder: Path) -> Iterator[Discovered]:
    data = read_bounded(path, MAX_BYTES)
    if b"mcp" not in data:
        return
    with warnings.catch_warnings():
        # Of the file, and nobody's here.
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    servers = list(_servers(tree))
    starts_itself = any(_is_main(node) for node in tree.body)
    for one in servers if not starts_itself else servers[:1]:
        if starts_itself or one.target:
            yield _discovered(path, folder, one, starts_itself=starts_itself)


def _discovered(path: Path, folder: Path, server: _Server, *, starts_itself: bool) -> Discovered:
    python = _python(path, folder)
    runner = [] if starts_itself else [str(module.__file__)]
    words = [*runner, str(path.absolute()), *([] if starts_itself else [server.target])]
    where = f"{path}:{server.target}" if server.target else str(path)
    return Discovered(
        "python",
        id_of(server.title) or id_of(path.stem) or "server",
        where,
        command_line([python, *words]),
        server={"command": python, "args": words, "cwd": str(folder.absolute())},
    )


def _python(path: Path, folder: Path) -> str:
    """The interpreter of the project, which has what the server imports; this one where there is none."""
    program = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    for place in (path.absolute().parent, *path.absolute().parents):
        for name in (".venv", "venv"):
            if (place / name / program).exists():
                return str(place / name / program)
        if place == folder.absolute():
            break
    return sys.executable


def _servers(tree: ast.Module) -> Iterator[_Server]:
    known = dict(_imported(tree))
    targets = dict(_top_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_server(node.func, known):
            yield _Server(targets.get(id(node), ""), _title(node))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What names of the file stand for: `FastMCP` for `fastmcp.FastMCP`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Import):
            for one in node.names:
                yield (one.asname, one.name) if one.asname else (one.name.partition(".")[0],) * 2


def _top_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls whose result has a name in the module."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield id(node.value), node.targets[0].id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield id(node.value), node.target.id


def _is_server(called: ast.expr, known: dict[str, str]) -> bool:
    """Whether that makes a server: `FastMCP(...)`, or a method of it that does, as `FastMCP.from_openapi(...)`."""
    module_name, _, name = _path_of(called, known).rpartition(".")
    if name.startswith("from_"):
        module_name, _, name = module_name.rpartition(".")
    return name in _CLASSES.get(module_name, ())


def _path_of(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _path_of(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _title(call: ast.Call) -> str:
    given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "name")]
    return next((one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)), "")


def _is_main(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`."""
    if not (isinstance(node, ast.If) and isinstance(node.test, ast.Compare)):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = {one.id for one in sides if isinstance(one, ast.Name)}
    return names == {"__name__"} and any(isinstance(one, ast.Constant) and one.value == "__main__" for one in sides)
