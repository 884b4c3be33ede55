"""Calls the JSON API as its own description says: with generated input for everything, and with the demo's sample URLs
for what must succeed."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path

SCHEMA = "/api/v1/openapi.json"
EXAMPLES_MAX = 15
SEED = 20230630
METHODS = ("get", "post", "put", "patch", "delete")


class Answers:
    """Which operation (`"GET /api/v1/needs/{id}"`) was answered with which status codes."""

    def __init__(self):
        self.statuses = defaultdict(set)

    def add(self, operation, status):
        self.statuses[operation].add(status)

    def broken(self):
        """The operations that failed on the server's side."""
        return sorted(operation for operation, seen in self.statuses.items() if any(status >= 500 for status in seen))

    def succeeded(self):
        """The operations that were answered 2xx at least once."""
        return {operation for operation, seen in self.statuses.items() if any(200 <= status < 300 for status in seen)}


def operations(schema):
    """The names of all operations in an OpenAPI description."""
    return {
        f"{method.upper()} {path}"
        for path, item in schema["paths"].items()
        for method in METHODS
        if method in item
    }


def generate(url, cookie, folder, answers):
    """Runs schemathesis with its boundary values and random input; adds what it saw. Gives what it complains of, or
    nothing. The seed is fixed: a CI that fails now and then teaches people to press the button again."""
    notes = folder / "answers.txt"
    notes.touch()
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "run",
        url + SCHEMA,
        "--checks=not_a_server_error,content_type_conformance,response_schema_conformance",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={EXAMPLES_MAX}",
        f"--seed={SEED}",
        "--continue-on-failure",
    ]
    if cookie:
        command.append(f"--header=Cookie: {cookie}")
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "harness.schemathesis_hooks",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "LINLI_API_ANSWERS": str(notes),
    }
    run = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    for line in notes.read_text().splitlines():
        status, operation = line.split(" ", 1)
        answers.add(operation, int(status))
    return "" if run.returncode == 0 else run.stdout[-6000:] + run.stderr[-2000:]


def call_samples(demo, cookie, answers):
    """Gets every sample URL of the API; adds what was answered."""
    for route in demo.routes():
        if route["method"] == "GET" and route["sample"] is not None and route["path"].startswith("/api/"):
            answers.add(f"GET {route['path']}", status_of(demo.url + route["sample"], cookie))


def status_of(url, cookie):
    """The status code of one GET."""
    request = urllib.request.Request(url, headers={"cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
