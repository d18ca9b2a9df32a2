"""Programs that one chapter needs as a file, for `python -m`; nothing imports them."""
