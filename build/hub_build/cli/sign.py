"""`hub-build sign`: prove what is published. The guide is site_src/docs/ceremony.md."""

import argparse
import getpass
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.errors import ExitCode, HubError, why
from hub_launch.judge.registry import shown

if TYPE_CHECKING:
    from hub_build.sign.site import Published

SUMMARY = "sign a site, so that launchers can tell it from a forgery; makes keys and roots too"
EXAMPLES: tuple[str, ...] = (
    "  hub-build sign init KEYS                         keys and a first root for a registry of one's own",
    "  hub-build sign publish site --roots KEYS --online-key KEYS/online.pem",
    "  hub-build sign refresh site --roots KEYS         every day: the timestamp lasts two weeks",
    "  hub-build sign verify site --root KEYS/1.root.json",
)

DEVELOPMENT_ROOTS = Path("launcher/hub_launch/data/roots")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    key = _word(words, "key", "make one key pair, as a holder of a root key does", _key)
    key.add_argument("file", type=Path, help="the private key; FILE with the ending .pub is the public one")
    _passphrase(key)
    init = _word(words, "init", "make three root keys, an online key and a signed root, all here", _init)
    init.add_argument("folder", type=Path, help="where to put them; outside any repository")
    init.add_argument("--development", action="store_true", help="keys that everybody can make: no secret, for tests")
    _passphrase(init)
    root = _word(words, "root", "make a root of public keys, or sign one", _root)
    root.add_argument("file", type=Path, help="the root, e.g. 1.root.json")
    root.add_argument("--root-key", type=Path, action="append", default=[], metavar="PUB", help="a holder's public key")
    root.add_argument("--online-key", type=Path, metavar="PUB", help="the online key's public half")
    root.add_argument("--sign", type=Path, metavar="KEY", help="sign it with this private key")
    root.add_argument("--previous", type=Path, metavar="ROOT", help="the root before it, whose keys must sign too")
    _passphrase(root)
    rotate = _word(words, "rotate", "make the next root, to be signed: another year, other keys", _rotate)
    rotate.add_argument("old", type=Path, help="the newest root")
    rotate.add_argument("new", type=Path, help="the file to write")
    rotate.add_argument("--add", type=Path, action="append", default=[], metavar="PUB", help="a new root key")
    rotate.add_argument("--remove", type=Path, action="append", default=[], metavar="PUB", help="a root key that ends")
    rotate.add_argument("--online-key", type=Path, metavar="PUB", help="a new online key in the place of the old one")
    publish = _word(words, "publish", "sign the site's index as the current one", _publish)
    _signing(publish)
    publish.add_argument("--first", action="store_true", help="the registry was never published before")
    _signing(_word(words, "refresh", "sign the timestamp again, and what ends within a month", _refresh))
    verify = _word(words, "verify", "check a site as a stranger does who has nothing but the root", _verify)
    verify.add_argument("place", help="folder or address")
    verify.add_argument("--root", type=Path, required=True, help="the root to begin with")
    verify.add_argument("--documents", type=int, metavar="N", help="check N entries (default: all)")


def run(arguments: argparse.Namespace) -> int:
    """Do what the word says."""
    action: Callable[[argparse.Namespace], None] = arguments.action
    action(arguments)
    return ExitCode.OK


def now() -> datetime:
    """The clock; tests have their own."""
    return datetime.now(UTC)


def _word(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    action: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser = words.add_parser(name, help=summary, description=summary)
    parser.set_defaults(action=action)
    return parser


def _passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passphrase", action="store_true", help="ask for the passphrase of encrypted keys")


def _signing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder that hub-build site wrote")
    parser.add_argument("--roots", type=Path, default=DEVELOPMENT_ROOTS, metavar="DIR", help="N.root.json, all of them")
    parser.add_argument("--online-key", type=Path, metavar="KEY", help="private key (default: variable HUB_ONLINE_KEY)")
    parser.add_argument("--development", action="store_true", help="sign with the development key, which is no secret")
    _passphrase(parser)


def _secret(arguments: argparse.Namespace, *, twice: bool = False) -> str:
    from hub_build.sign.keys import PASSPHRASE_VARIABLE

    if not arguments.passphrase:
        return os.environ.get(PASSPHRASE_VARIABLE, "")
    try:
        first = getpass.getpass("passphrase: ")
        same = not twice or getpass.getpass("again: ") == first
    except EOFError:
        first, same = "", True
    if not first or not same:
        hint = f"without a terminal, {PASSPHRASE_VARIABLE} has it, and no --passphrase"
        raise HubError("no passphrase, or two different ones", hint, ExitCode.USAGE)
    return first


def _key(arguments: argparse.Namespace) -> None:
    from hub_build.sign import keys

    keys.save(arguments.file, keys.generate(), _secret(arguments, twice=True))
    print(f"{shown(arguments.file)}: keep it; {shown(arguments.file.with_suffix('.pub'))}: give it to whoever asks")


def _init(arguments: argparse.Namespace) -> None:
    from hub_build.sign import keys
    from hub_build.sign.ceremony import first_root

    folder, secret = arguments.folder, "" if arguments.development else _secret(arguments, twice=True)
    made = {name: keys.development(name) if arguments.development else keys.generate() for name in keys.NAMES}
    for name, key in made.items():
        keys.save(folder / f"{name}.pem", key, secret)
    _write(folder / "1.root.json", first_root(made, now(), development=arguments.development))
    print(f"{shown(folder)}: {len(made)} keys and 1.root.json, which launchers are given (--root)")
    if not arguments.development:
        print("the online key goes where the site is signed; take the root keys off this machine")


def _root(arguments: argparse.Namespace) -> None:
    from hub_build.sign import ceremony

    if arguments.root_key or arguments.online_key:
        _write(arguments.file, ceremony.unsigned_root(arguments.root_key, arguments.online_key, now()))
    if arguments.sign:
        _write(arguments.file, ceremony.with_signature(arguments.file, arguments.sign, _secret(arguments)), again=True)
    print(ceremony.summary(arguments.file, arguments.previous))


def _rotate(arguments: argparse.Namespace) -> None:
    from hub_build.sign import ceremony

    changes = ceremony.Changes(tuple(arguments.add), tuple(arguments.remove), arguments.online_key)
    _write(arguments.new, ceremony.rotated(arguments.old, changes, now()))
    print(ceremony.summary(arguments.new, arguments.old))


def _publish(arguments: argparse.Namespace) -> None:
    from hub_build.sign import site

    before = site.published(arguments.site)
    if before is None and not arguments.first:
        raise HubError(
            f"{shown(arguments.site)} has no metadata to go on from",
            "bring metadata/ and targets/ from where it is published, or launchers refuse it as rolled back; "
            "--first begins a registry",
            ExitCode.REGISTRY,
        )
    _sign(arguments, before, site.publication)


def _refresh(arguments: argparse.Namespace) -> None:
    from hub_build.sign import site

    before = site.published(arguments.site)
    if before is None:
        hint = "`hub-build sign publish` signs it"
        raise HubError(f"{shown(arguments.site)} was never signed", hint, ExitCode.REGISTRY)
    _sign(arguments, before, site.renewal)


def _sign(arguments: argparse.Namespace, before: "Published | None", files: "Callable[..., dict[str, bytes]]") -> None:
    from hub_build.sign import keys, roots, site

    known = roots.read_roots(arguments.roots, now())
    if roots.is_development(known.newest) and not arguments.development:
        raise HubError(
            f"{shown(arguments.roots)} has the development root, whose keys everybody has",
            "a ceremony makes the production root (site_src/docs/ceremony.md); --development signs for this machine",
            ExitCode.USAGE,
        )
    if arguments.development:
        signer = keys.signer(keys.development("online"))
    else:
        signer = keys.load_online(arguments.online_key, os.environ, _secret(arguments))
    index = site.read_index(arguments.site)
    written = site.write(arguments.site, files(index, before, known, signer, now()))
    told = ", ".join(written) if written else "nothing to do"
    print(f"{shown(arguments.site)}: {told}")


def _verify(arguments: argparse.Namespace) -> None:
    from hub_build.sign.verify import WHERE_ROOTS_ARE, verify

    try:
        root = arguments.root.read_bytes()
    except OSError as error:
        raise HubError(
            f"the root {arguments.root} cannot be read: {why(error)}", WHERE_ROOTS_ARE, ExitCode.USAGE
        ) from error
    found = verify(arguments.place, root, documents=arguments.documents)
    print(f"{arguments.place}: genuine; {found.servers} servers, {found.documents} documents compared")


def _write(path: Path, data: bytes, *, again: bool = False) -> None:
    if path.exists() and not again:
        raise HubError(f"{path} exists, and a root is never overwritten", "choose another name", ExitCode.USAGE)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise HubError(f"{path} cannot be written: {why(error)}") from error
