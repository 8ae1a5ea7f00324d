"""YAML and JSON files of strangers into plain values, with positions, within bounds, or findings that say why not."""

from hub_build.load.loaded import Loaded
from hub_build.load.profile import ENTRY, JSON_SPEC, YAML_SPEC, Profile
from hub_build.load.reader import load_bytes, load_file

__all__ = ["ENTRY", "JSON_SPEC", "YAML_SPEC", "Loaded", "Profile", "load_bytes", "load_file"]
