"""Facts about a package as its registry serves it now, through the ordinary clients as the user configured them."""

from collections.abc import Mapping

from hub_build.upstream import npm, oci, pypi
from hub_build.upstream.many import each
from hub_build.upstream.release import Missing, Release, Upstream

# To add a registry: a file beside this one, and a line here, by the entry's `registryType`.
UPSTREAMS: Mapping[str, Upstream] = {
    "npm": Upstream(npm.release, npm.versions, npm.unpack),
    "pypi": Upstream(pypi.release, pypi.versions, pypi.unpack),
    "oci": Upstream(oci.release, oci.versions, oci.unpack),
}

__all__ = ["UPSTREAMS", "Missing", "Release", "Upstream", "each"]
