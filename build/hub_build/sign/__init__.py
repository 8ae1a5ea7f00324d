"""Signing a site with The Update Framework: who may say what the registry is, and until when (see ceremony.md)."""
