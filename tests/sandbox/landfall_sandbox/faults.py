"""Rules that make chosen calls fail, so that a client's recovery can be tested."""

import random
import threading
from typing import Any, Dict, List, Optional, Tuple

from .wire import Call, Refusal

_KEYS = {
    "service", "operation", "account", "region", "contains", "error", "message", "status",
    "probability", "times", "skip", "drop", "delay_ms", "stall_ms", "after", "seed", "date",
}  # fmt: skip


class Fault:
    """One rule: which calls it hits, and what it does to them."""

    def __init__(self, number: int, rule: Dict[str, Any]):
        unknown = set(rule) - _KEYS
        if unknown:
            raise ValueError("unknown keys: " + ", ".join(sorted(unknown)))
        self.number = number
        self.rule = rule
        self.hits = 0
        self._matched = 0
        self._random = random.Random(rule.get("seed"))

    def takes(self, call: Call, account: Optional[str]) -> bool:
        rule = self.rule
        for key, value in (
            ("service", call.service),
            ("account", account),
            ("region", call.region),
        ):
            if rule.get(key) not in (None, value):
                return False
        wanted = rule.get("operation")
        if wanted and wanted.endswith("*"):
            if not call.operation.startswith(wanted[:-1]):
                return False
        elif wanted not in (None, call.operation):
            return False
        if rule.get("contains") and rule["contains"].encode() not in call.body:
            return False
        if rule.get("times") is not None and self.hits >= rule["times"]:
            return False
        self._matched += 1
        if self._matched <= rule.get("skip", 0):
            return False
        if self._random.random() >= rule.get("probability", 1):
            return False
        self.hits += 1
        return True

    @property
    def delay(self) -> float:
        return float(self.rule.get("delay_ms", 0)) / 1000

    @property
    def stall(self) -> float:
        return float(self.rule.get("stall_ms", 0)) / 1000

    @property
    def drop(self) -> bool:
        return bool(self.rule.get("drop"))

    @property
    def after(self) -> bool:
        return bool(self.rule.get("after"))

    @property
    def refusal(self) -> Optional[Refusal]:
        if "error" not in self.rule:
            return None
        text = self.rule.get("message", "Injected by the sandbox.")
        return Refusal(self.rule["error"], text, int(self.rule.get("status", 400)))

    @property
    def headers(self) -> List[Tuple[str, str]]:
        return [("Date", self.rule["date"])] if "date" in self.rule else []

    def describe(self) -> Dict[str, Any]:
        return dict(self.rule, id=self.number, hits=self.hits)


class Faults:
    """All rules, in the order in which they were given; the first that takes a call acts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: List[Fault] = []
        self._number = 0

    def add(self, rule: Dict[str, Any]) -> Dict[str, Any]:
        with self._lock:
            self._number += 1
            fault = Fault(self._number, rule)
            self._all.append(fault)
        return fault.describe()

    def find(self, call: Call, account: Optional[str]) -> Optional[Fault]:
        if not self._all:
            return None
        with self._lock:
            return next((fault for fault in self._all if fault.takes(call, account)), None)

    def describe(self) -> List[Dict[str, Any]]:
        with self._lock:
            return [fault.describe() for fault in self._all]

    def clear(self) -> None:
        with self._lock:
            self._all.clear()
