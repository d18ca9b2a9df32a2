"""Ten kinds of garment, drawn."""

from d2lutils.data.stand_ins.garments.pictures import garments

__all__ = [
    "garments",
]
