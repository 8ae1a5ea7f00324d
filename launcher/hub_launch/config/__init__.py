"""`hub.yaml` or `hub.toml`: what a hub consists of, as its user wrote it down."""
