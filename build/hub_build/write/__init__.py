"""The only writer. A run that fails leaves the site as it was; one that is killed leaves an index that holds.

The site's folder also holds what others write (pages). A manifest lists what we wrote: we touch nothing else.
"""

from hub_build.write.manifest import MANIFEST
from hub_build.write.part import Part, file_parts
from hub_build.write.site import Changes, compare, write_site
from hub_build.write.stamps import Stamps, default_stamps

__all__ = ["MANIFEST", "Changes", "Part", "Stamps", "compare", "default_stamps", "file_parts", "write_site"]
