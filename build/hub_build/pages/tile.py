"""The tile of a server: a letter on a colour, in the place of pictures that other hosts would have to be asked for."""

# As many as `site_src/overrides/assets/hub/hub.css` has.
TONES = 6


def letter(title: str) -> str:
    """What the tile shows: the first letter or digit of the title, in capitals; a dot where there is none."""
    return next((one.upper()[:1] for one in title if one.isalnum()), "\N{MIDDLE DOT}")


def tone(id_: str) -> int:
    """The number of the tile's colour: the same for a server on every page and with every build."""
    # As simple as it can be: assets/hub/catalog/row.js does the same.
    return sum(id_.encode()) % TONES
