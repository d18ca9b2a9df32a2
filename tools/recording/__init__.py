"""How a chapter's source becomes its notebook: executed or with the outputs it has, translated, and stamped."""

from tools.recording.chapter import Need, Refused, need, record

__all__ = ["Need", "Refused", "need", "record"]
