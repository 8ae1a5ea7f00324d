"""Packages in the launcher's own cache: fetched once, checked against the entry's integrity, started by themselves.

npx and uvx on every start cost most of it, reach for the network, and need the user's credentials for registries. What
is installed here needs none of that to start. Nothing of a package runs while it is installed: no scripts, no builds.
"""

from hub_launch.install.ahead import Ahead
from hub_launch.install.cache import install, installed, is_installable
from hub_launch.install.installed import Installed
from hub_launch.install.oci import EngineDownError
from hub_launch.install.pypi import MissingPythonError
from hub_launch.install.tool import NotInstallable, Tools

__all__ = [
    "Ahead",
    "EngineDownError",
    "Installed",
    "MissingPythonError",
    "NotInstallable",
    "Tools",
    "install",
    "installed",
    "is_installable",
]
