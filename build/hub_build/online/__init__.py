"""Checks that need the network: packages and addresses are what their entries say."""

from hub_build.online.run import ask_online

__all__ = ["ask_online"]
