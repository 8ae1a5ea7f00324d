"""`hub.yaml` or `hub.toml`: what a hub consists of, as its user wrote it down."""

from hub_launch.config.loading import Configuration, find_file, load
from hub_launch.config.models import Config, HubPart, RegistryPart, ServerPart

__all__ = ["Config", "Configuration", "HubPart", "RegistryPart", "ServerPart", "find_file", "load"]
