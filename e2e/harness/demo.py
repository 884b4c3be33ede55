"""The server under test, and everything these tests take for granted about it:

* `linli demo --data FOLDER --port PORT` serves on 127.0.0.1; `GET /healthz` answers 200 once it is ready;
* `GET /demo/routes` lists every route as `{method, path, access, sample}`, `sample` a concrete URL or null;
* `GET /demo/people` lists who can sign in as `{role, phone}`;
* `GET /demo/outbox` shows the messages that left, newest first, as text, sign-in codes among them;
* `POST /demo/clock/{minutes}` lets so many minutes pass and answers what time it is then;
* the cookie `size` holds `std` or `elder`, `contrast` `normal` or `high`;
* `/sign-in` is a form with the field `phone`; what it answers is one with the field `code`.
"""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from math import ceil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("LINLI_BINARY", ROOT / "target/debug/linli"))

SHANGHAI = timezone(timedelta(hours=8))

# An unoptimised server lives through weeks of demo history before it opens.
START_SECONDS_MAX = 300
# Life before today: enough for every page, and sooner built than the half year of `linli demo`.
DAYS = 10


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Demo:
    """A running `linli demo` with a folder of its own, on SQLite there or on another database. A context manager: leaving
    it stops the server."""

    def __init__(self, folder, database=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.data = folder / "data"
        self.database = database or f"sqlite:{self.data / 'linli.db'}"
        self.passed = 0
        self._process = None

    def __enter__(self):
        command = [BINARY, "demo", "--data", self.data, "--port", str(self.port), "--database", self.database]
        command += ["--days", str(DAYS)]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait_until_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def _wait_until_ready(self):
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}:\n{self.log.read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"not ready after {START_SECONDS_MAX} s:\n{self.log.read_text()[-3000:]}")

    def _stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def text(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read().decode()

    def json(self, path):
        return json.loads(self.text(path))

    def routes(self):
        return self.json("/demo/routes")

    def samples(self, prefix_api=False):
        """The concrete URLs of all GET routes: pages, or with `prefix_api` those of the JSON API."""
        return [
            route["sample"]
            for route in self.routes()
            if route["method"] == "GET"
            and route["sample"] is not None
            and route["path"].startswith("/api/") == prefix_api
        ]

    def now(self):
        """What time it is in the demo."""
        return self.let_pass(0)

    def let_pass(self, minutes):
        """Lets time pass; says what time it is then."""
        self.passed += minutes
        request = urllib.request.Request(f"{self.url}/demo/clock/{minutes}", method="POST", data=b"")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return datetime.fromisoformat(answer.read().decode()).astimezone(SHANGHAI)

    def let_pass_until(self, hour, minute=0):
        """Lets time pass until that time of day on the next day."""
        now = self.now()
        then = (now + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return self.let_pass(ceil((then - now).total_seconds() / 60))

    def let_pass_to(self, instant):
        """Lets time pass until that instant (RFC 3339), if it is still to come."""
        left = datetime.fromisoformat(instant) - self.now()
        return self.let_pass(max(0, ceil(left.total_seconds() / 60)))

    def linli(self, *arguments):
        """Runs another `linli` command over the same database; gives what it printed."""
        run = subprocess.run([BINARY, *arguments, "--database", self.database], capture_output=True, text=True)
        if run.returncode != 0:
            raise AssertionError(f"linli {' '.join(map(str, arguments))}: {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout

    def phones(self):
        """One phone number for each role of the demo."""
        return {person["role"]: person["phone"] for person in self.json("/demo/people")}


def sign_in(page, demo, phone):
    """Signs in as a resident would: phone number, then the code from the message. Works with and without JavaScript."""
    before = demo.text("/demo/outbox")
    page.goto("/sign-in")
    submit(page, page.locator("[name=phone]"), phone)
    page.locator("[name=code]").wait_for()
    # The message leaves behind the answer.
    for _ in range(50):
        outbox = demo.text("/demo/outbox")
        if outbox != before:
            break
        time.sleep(0.1)
    submit(page, page.locator("[name=code]"), newest_code(outbox))
    page.wait_for_url(lambda url: "/sign-in" not in url)


def submit(page, field, value):
    field.fill(value)
    field.locator("xpath=ancestor::form").locator("button[type=submit], button:not([type])").first.click()


def newest_code(outbox):
    """The first six digits that stand alone; phone numbers are longer."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", re.sub(r"<[^>]+>", " ", outbox))
    if found is None:
        raise AssertionError(f"no code in the outbox:\n{outbox[:2000]}")
    return found.group()
