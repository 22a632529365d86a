"""Changes one at a time, each held until somebody has looked at what it did."""

import threading
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Optional, Set

from .wire import Call

#: How long a look at the next change waits for one.
PATIENCE = 0.5


class Turns:
    """Nobody takes turns until services are named."""

    def __init__(self) -> None:
        self._services: Set[str] = set()
        self._turn = threading.Lock()
        self._state = threading.Condition()
        self._held: Optional[Dict[str, Any]] = None

    @contextmanager
    def take(self, call: Call, entry: Dict[str, Any]) -> Iterator[None]:
        """Waits for this call's turn; what it did is then looked at before it is answered."""
        if not call.mutating or call.service not in self._services:
            yield
            return
        with self._turn:
            yield
            self._hold(entry)

    def _hold(self, entry: Dict[str, Any]) -> None:
        with self._state:
            if not self._services:
                return
            self._held = entry
            self._state.notify_all()
            self._state.wait_for(lambda: self._held is None)

    def begin(self, services: Any) -> None:
        with self._state:
            self._services = set(services)

    def held(self) -> Optional[Dict[str, Any]]:
        """The change that is being held, if one comes."""
        with self._state:
            self._state.wait_for(lambda: self._held is not None, PATIENCE)
            return self._held

    def go_on(self) -> None:
        with self._state:
            self._held = None
            self._state.notify_all()

    def end(self) -> None:
        """Nobody takes turns any more."""
        with self._state:
            self._services = set()
            self._held = None
            self._state.notify_all()
