"""Fixtures of all tests here. What they stand on is in `harness/`."""

import pytest
from harness.browser import VARIANTS, launch, open_context
from harness.demo import BINARY, Demo, sign_in
from playwright.sync_api import sync_playwright


def pytest_report_header():
    return f"binary: {BINARY}"


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
