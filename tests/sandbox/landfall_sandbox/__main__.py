"""`python -m landfall_sandbox [--port N] [--plain]`."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
import warnings


def main() -> None:
    """Serves until stdin ends, or SIGTERM or SIGINT comes."""
    parser = argparse.ArgumentParser(prog="landfall_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (the default): any free port")
    parser.add_argument("--plain", action="store_true", help="moto as it is, without our patches")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    threading.Thread(target=_watch_stdin, daemon=True).start()

    server = _server(arguments.port, arguments.plain)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    print(json.dumps({"url": url, "pid": os.getpid()}), flush=True)
    server.serve_forever(poll_interval=3600)


def _watch_stdin() -> None:
    """Whoever started us holds the other end; when it is gone, so are we."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


def _forget_the_user() -> None:
    """No profile, credential or account of the user's may reach a sandbox (boto3 reads them)."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name == "MOTO_ACCOUNT_ID":
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def _server(port: int, plain: bool):
    _forget_the_user()
    if not plain:
        os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    logging.getLogger("werkzeug").disabled = True
    warnings.simplefilter("ignore")  # moto warns of every error code that a model does not hold

    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from . import cbor, patches
    from .app import Sandbox

    if not plain:
        patches.install()

    def application(service: str):
        if not plain:
            patches.install_late(service)
        return create_backend_app(service)

    class Handler(MotoRequestHandler):
        """Keeps connections open, and writes no log."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def send_header(self, keyword: str, value: str) -> None:
            """The time that an answer itself tells takes the place of this machine's."""
            if keyword == "Date":
                kept = [line for line in self._headers_buffer if not line.startswith(b"Date:")]
                self._headers_buffer = kept
            super().send_header(keyword, value)

        def log(self, type: str, message: str, *args: object) -> None:
            if type == "error":
                sys.stderr.write(message % args + "\n")

    moto = DomainDispatcherApplication(application)
    sandbox = Sandbox(moto if plain else cbor.translated(moto))
    server = make_server("127.0.0.1", port, sandbox, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    os.environ.setdefault("MOTO_PORT", str(server.server_address[1]))
    return server


if __name__ == "__main__":
    main()
