"""How a chapter's source becomes its notebook: executed or with the outputs it has, translated, and stamped."""

from tools.recording.chapter import Need, Refused, need, record
from tools.recording.stamp import Stamp

__all__ = ["Need", "Refused", "Stamp", "need", "record"]
