"""What holds for every page a guest can open, in every variant. The list of pages comes from the router, so a new page
cannot escape. A page a guest may not see answers 404 or sends him to sign in, and that page is looked at instead."""

import pytest
from harness.axe import axe
from harness.browser import PHONE, Variant, open_context
from harness.page_checks import document_basics, reflow, target_sizes, text_sizes
from harness.weight import weight

pytestmark = pytest.mark.browser


def test_every_page_route_has_a_sample(demo):
    """A GET page without a concrete URL would never be looked at."""
    missing = [
        route["path"] for route in demo.routes() if route["method"] == "GET" and route["sample"] is None
    ]
    assert not missing, f"no sample for {missing}"


def test_pages(demo, page, variant):
    """Language, sizes, reflow, and axe where scripts run."""
    problems = []
    paths = demo.samples()
    assert paths
    for path in paths:
        answer = page.goto(path)
        if answer.status >= 500:
            problems.append(f"{path}: {answer.status}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        found = document_basics(page, variant) + target_sizes(page, variant, path) + text_sizes(page, variant)
        found += reflow(page)
        if variant.javascript:
            found += axe(page, elder=variant.size == "elder")
        problems += [f"{path}: {problem}" for problem in found]
    assert not problems, "\n" + "\n".join(problems)


def test_weight(demo, browser):
    """The first view of each page keeps its budget on a phone."""
    problems = []
    for path in demo.samples():
        context = open_context(browser, demo.url, Variant("std", True, PHONE))
        problems += [f"{path}: {problem}" for problem in weight(context, path)]
        context.close()
    assert not problems, "\n" + "\n".join(problems)
