"""The sandbox's own time, which tests can stop and move on: what passes by itself passes by this clock."""

import threading
import time
from typing import Optional

_lock = threading.Lock()
_stopped: Optional[float] = None
_behind = 0.0


def now() -> float:
    """Seconds since some moment, but for those for which the clock stood still."""
    with _lock:
        return time.monotonic() - _behind if _stopped is None else _stopped


def stop() -> None:
    global _stopped
    with _lock:
        if _stopped is None:
            _stopped = time.monotonic() - _behind


def run() -> None:
    global _stopped, _behind
    with _lock:
        if _stopped is not None:
            _behind, _stopped = time.monotonic() - _stopped, None


def advance(seconds: float) -> None:
    """Moves a clock on that stands still."""
    global _stopped
    with _lock:
        if _stopped is not None:
            _stopped += seconds
