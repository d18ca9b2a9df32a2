"""A run that can be killed at any moment and continued as if nothing had happened."""

from d2lutils.training.checkpoint.file import Checkpoint, CheckpointError
from d2lutils.training.checkpoint.settings import run_settings

__all__ = ["Checkpoint", "CheckpointError", "run_settings"]
