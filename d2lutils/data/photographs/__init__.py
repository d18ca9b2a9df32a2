"""Real photographs and textures, and pieces of them as a small task: they lie in installed packages."""

from d2lutils.data.photographs.patches import PATCH_LABELS, load_data_patches
from d2lutils.data.photographs.pictures import photographs

__all__ = [
    "PATCH_LABELS", "load_data_patches", "photographs",
]
