"""The WSGI application around moto's: counts calls, injects faults, lets patches refuse."""

import json
import sys
import threading
import time
import traceback
from contextlib import nullcontext
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

from . import clock, wire
from .faults import Fault, Faults
from .patches import SERIAL, AwsError, gates, resets
from .turns import Turns
from .wire import Call, Refusal

Start = Callable[..., Any]
Answer = Tuple[int, List[Tuple[str, str]], Iterable[bytes]]

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}


class Dropped(ConnectionError):
    """The connection is closed without an answer."""


class Sandbox:
    """Answers /landfall/ itself and everything else through moto."""

    def __init__(self, moto: Callable[..., Iterable[bytes]]):
        self._moto = moto
        self._faults = Faults()
        self._turns = Turns()
        self._calls: List[Dict[str, Any]] = []
        self._sequence = 0
        self._lock = threading.Lock()
        self._serial = threading.RLock()

    def __call__(self, environ: wire.Environ, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/landfall/"):
            status, headers, body = self._control(environ, path[len("/landfall/") :])
        else:
            call = wire.identify(environ)
            if call is None:
                return self._moto(environ, start)
            status, headers, body = self._answer(environ, call)
        start(f"{status} {_REASONS.get(status, 'Status')}", headers)
        return body

    def _answer(self, environ: wire.Environ, call: Call) -> Answer:
        begin = time.monotonic()
        entry = self._enter(call)
        fault = self._faults.find(call, entry["account"])
        if fault:
            time.sleep(fault.delay)
        try:
            with self._turns.take(call, entry):
                answer = self._faulty(environ, call, fault) if fault else self._real(environ, call)
        except Dropped:
            entry["error"] = "Dropped"
            self._drop(environ)
            raise
        finally:
            entry["ms"] = round((time.monotonic() - begin) * 1000, 1)
        status, headers, body = answer
        entry["status"] = status
        if status >= 400:
            body = [b"".join(body)]
            entry["error"] = wire.error_code(headers, body[0])
        if fault and fault.stall:
            body = _stalled(b"".join(body), fault.stall)
        return status, headers, body

    def _faulty(self, environ: wire.Environ, call: Call, fault: Fault) -> Answer:
        refusal = fault.refusal
        if fault.after or not (refusal or fault.drop):
            answer = self._real(environ, call)
            if not (refusal or fault.drop):
                return answer
            b"".join(answer[2])
        if fault.drop or not refusal:
            raise Dropped
        status, headers, body = _refused(call, refusal)
        return status, headers + fault.headers, body

    def _real(self, environ: wire.Environ, call: Call) -> Answer:
        with self._serial if call.service in SERIAL else nullcontext():
            for gate in gates:
                refusal = gate(call)
                if refusal:
                    return _refused(call, refusal)
            try:
                return self._through_moto(environ)
            except AwsError as error:
                return _refused(call, error.refusal)
            except NotImplementedError as error:
                return _refused(call, Refusal("NotImplemented", f"moto: {error}", 501))
            except Exception as error:  # a bug of moto's or ours must not look like a dead server
                traceback.print_exc(file=sys.stderr)
                return _refused(call, Refusal("InternalFailure", repr(error), 500))

    def _through_moto(self, environ: wire.Environ) -> Answer:
        got: List[Any] = []

        def start(status: str, headers: List[Tuple[str, str]], _: Any = None) -> None:
            got[:] = [int(status.split()[0]), headers]

        body = self._moto(environ, start)
        return got[0], got[1], body

    def _enter(self, call: Call) -> Dict[str, Any]:
        """Adds a call to the log before it is answered; the answer completes it."""
        account, session = _caller(call)
        with self._lock:
            self._sequence += 1
            entry = {
                "seq": self._sequence,
                "service": call.service,
                "operation": call.operation,
                "account": account,
                "region": call.region,
                "access_key": call.access_key,
                "session_name": session,
                "mutating": call.mutating,
                "status": None,
                "error": None,
                "ms": None,
            }
            self._calls.append(entry)
        return entry

    @staticmethod
    def _drop(environ: wire.Environ) -> None:
        connection = environ.get("werkzeug.socket")
        if connection is not None:
            import socket

            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _control(self, environ: wire.Environ, name: str) -> Answer:
        method = environ["REQUEST_METHOD"]
        handler = getattr(self, f"_{method.lower()}_{name.strip('/')}", None)
        if handler is None or name.strip("/") not in ("calls", "clock", "faults", "reset", "turns"):
            return _json(404, {"error": f"no such control: {method} /landfall/{name}"})
        try:
            body = wire._peek(environ)
            return _json(200, handler(json.loads(body) if body else {}))
        except (ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _get_calls(self, _: Any) -> Any:
        with self._lock:
            return list(self._calls)

    def _delete_calls(self, _: Any) -> Any:
        with self._lock:
            self._calls.clear()
        return {}

    def _get_faults(self, _: Any) -> Any:
        return self._faults.describe()

    def _post_faults(self, rule: Dict[str, Any]) -> Any:
        return self._faults.add(rule)

    def _delete_faults(self, _: Any) -> Any:
        self._faults.clear()
        return {}

    def _post_clock(self, wanted: Dict[str, Any]) -> Any:
        if "stopped" in wanted:
            (clock.stop if wanted["stopped"] else clock.run)()
        clock.advance(wanted.get("advance", 0))
        return {"now": clock.now()}

    def _put_turns(self, services: Any) -> Any:
        self._turns.begin(services)
        return {}

    def _get_turns(self, _: Any) -> Any:
        return self._turns.held()

    def _post_turns(self, _: Any) -> Any:
        self._turns.go_on()
        return {}

    def _delete_turns(self, _: Any) -> Any:
        self._turns.end()
        return {}

    def _post_reset(self, _: Any) -> Any:
        from moto.core.base_backend import BackendDict
        from moto.core.model_instances import reset_model_data

        with self._serial:
            BackendDict.reset()
            reset_model_data()
            for reset in resets:
                reset()
        self._faults.clear()
        self._turns.end()
        return self._delete_calls(None)


def _caller(call: Call) -> Tuple[Optional[str], Optional[str]]:
    """Account and session name behind an access key."""
    if call.access_key is None:
        return None, None
    from moto.iam.models import get_account_id_from
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition

    account = get_account_id_from(call.access_key)
    session = None
    if call.access_key.startswith("ASIA"):
        backend = sts_backends[account][get_partition(call.region)]
        role = backend.get_assumed_role_from_access_key(call.access_key)
        session = role.session_name if role else None
    return account, session


def _stalled(body: bytes, seconds: float) -> Iterable[bytes]:
    """A body of which the second half keeps one waiting."""
    half = len(body) // 2
    yield body[:half]
    time.sleep(seconds)
    yield body[half:]


def _refused(call: Call, refusal: Refusal) -> Answer:
    status, headers, body = wire.render(call, refusal)
    return status, headers + [("Content-Length", str(len(body)))], [body]


def _json(status: int, value: Any) -> Answer:
    body = json.dumps(value).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return status, headers, [body]
