"""A little web site in this process, for testing the harness without Linli: give it pages, it serves them."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One answer of the site."""

    body: str
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


class SmallSite:
    """Serves `answer(method, path)` on a free port. A context manager."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                length = int(self.headers.get("content-length") or 0)
                self.rfile.read(length)
                found = answer(self.command, self.path)
                body = found.body.encode()
                self.send_response(found.status)
                self.send_header("content-type", found.content_type)
                self.send_header("content-length", str(len(body)))
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def __getattr__(self, name):
                if name.startswith("do_"):  # any method, invented ones too
                    return self._answer
                raise AttributeError(name)

            def log_message(self, *_):
                """Quiet: pytest shows the failures."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
