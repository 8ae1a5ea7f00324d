"""YAML and JSON files of strangers into plain values, with positions, within bounds, or findings that say why not."""

from hub_launch.judge.load.loaded import Loaded
from hub_launch.judge.load.profile import ENTRY, JSON_SPEC, YAML_SPEC, Profile
from hub_launch.judge.load.reader import load_bytes, load_file

__all__ = ["ENTRY", "JSON_SPEC", "YAML_SPEC", "Loaded", "Profile", "load_bytes", "load_file"]
