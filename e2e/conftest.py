"""Fixtures of all tests here. What they stand on is in `harness/`."""

import os
import subprocess
import urllib.parse
import uuid

import pytest
from harness.browser import VARIANTS, launch, open_context
from harness.demo import BINARY, Demo, sign_in
from playwright.sync_api import sync_playwright


def pytest_report_header():
    return f"binary: {BINARY}"


_MEASURED = pytest.StashKey[list]()
POSTGRES = "LINLI_TEST_POSTGRES"


@pytest.fixture
def measured(request, variant):
    """Notes what a task cost for the table that ends the run: `cost = measured("1 asks for help", journey.finish(…))`."""

    def note(task, cost):
        request.config.stash.setdefault(_MEASURED, []).append((task, str(variant), cost))
        return cost

    return note


def pytest_terminal_summary(terminalreporter, config):
    """The measured journeys: `screens/taps/keys` and the modelled seconds of an elder."""
    lines = config.stash.get(_MEASURED, [])
    if not lines:
        return
    variants = sorted({variant for _, variant, _ in lines}, reverse=True)
    terminalreporter.section("screens/taps/keys, seconds of an elder")
    terminalreporter.write_line(f"{'':32}" + "".join(f"{variant:>20}" for variant in variants))
    for task in dict.fromkeys(task for task, _, _ in lines):
        costs = {variant: cost for name, variant, cost in lines if name == task}
        shown = (costs[v].summary() if v in costs else "" for v in variants)
        terminalreporter.write_line(f"{task:32}" + "".join(f"{cost:>20}" for cost in shown))


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; profiles are made for each test."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """One `linli demo` for the whole run, on a database of its own."""
    with Demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
def postgres():
    """The URL of an empty database of its own on the test server."""
    server = os.environ.get(POSTGRES)
    if server is None:
        pytest.skip(f"{POSTGRES} names no server")
    name = f"linli_e2e_{uuid.uuid4().hex[:12]}"

    def do(statement):
        subprocess.run(["psql", "--quiet", "--dbname", server, "--command", statement], check=True)

    do(f"CREATE DATABASE {name}")
    yield urllib.parse.urlsplit(server)._replace(path=f"/{name}").geturl()
    do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=VARIANTS, ids=str)
def variant(request):
    """Each way of looking at a page in turn."""
    return request.param


@pytest.fixture
def context(browser, demo, variant):
    """A guest's profile in this variant."""
    context = open_context(browser, demo.url, variant)
    yield context
    context.close()


@pytest.fixture
def page(context):
    """A guest's empty tab in this variant."""
    return context.new_page()


@pytest.fixture
def signed_in(demo, context):
    """Gives a tab signed in as the demo's person with a role: `signed_in("worker")`."""

    def open_as(role):
        page = context.new_page()
        sign_in(page, demo, demo.phones()[role])
        return page

    return open_as
