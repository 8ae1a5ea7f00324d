"""Reading a registry: where it is, what it lists, which entry an id means. Starts nothing."""
