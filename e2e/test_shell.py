"""What holds for every page: as a guest in every variant, and as each role that may see it. The list of pages comes from
the router, so a new page cannot escape. A page a guest may not see answers 404 or sends him to sign in, and that page is
looked at instead."""

import pytest
from harness.axe import axe
from harness.browser import PHONE, SIGNED_IN_VARIANTS, Variant, open_context
from harness.demo import Demo
from harness.lived_in import Scene
from harness.page_checks import document_basics, reflow, target_sizes, text_sizes
from harness.people import Town
from harness.weight import weight

pytestmark = pytest.mark.browser


def test_every_page_route_has_a_sample(demo):
    """A GET page without a concrete URL would never be looked at."""
    missing = [
        route["path"] for route in demo.routes() if route["method"] == "GET" and route["sample"] is None
    ]
    assert not missing, f"no sample for {missing}"


# A page to be carried away, without our look; `test_outside.py` looks at it.
BY_ITSELF = "/transparency/check.html"


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
        if "text/html" not in answer.headers.get("content-type", "") or path == BY_ITSELF:
            continue
        problems += [f"{path}: {problem}" for problem in looked_at(page, variant, path)]
    assert not problems, "\n" + "\n".join(problems)


def looked_at(page, variant, path):
    """Every problem of the open page."""
    found = document_basics(page, variant) + target_sizes(page, variant, path) + text_sizes(page, variant)
    found += reflow(page)
    if variant.javascript:
        found += axe(page, elder=variant.size == "elder" or variant.contrast == "high")
    return found


# Pages that anybody may see are looked at as one who is signed in, those of one's own as the three kinds of people who
# have something there; pages of staff as every role that may see them.
ANYBODY, OWN = ["resident"], ["resident", "volunteer", "worker"]
# Only who has joined has these; anybody else is told that there is none.
VOLUNTEERS = {"/join/done", "/v/profile", "/v/training"}
# Screens that follow a choice.
CHOSEN = {
    "/need/new/when": "?category=elderly",
    "/need/new/check": "?category=elderly&day=tomorrow&part=any",
}
# No pages: a recording, photographs, text files, a PDF, spreadsheets and tables, the page that checks without us
# (`test_outside.py`), what leads on to a record's evidence. The proof's verdict has no more to show to one who is signed in.
NO_PAGES = {
    "/a/reports.xlsx",
    "/need/{id}/voice",
    "/team/shifts/{id}/offline/roster.js",
    "/team/shifts/{id}/offline/worker.js",
    "/v/cert/{ticket}/linli.pdf",
    "/v/cert/{ticket}/linli.png",
    "/transparency/roots.txt",
    "/transparency/revoked.txt",
    "/transparency/check.html",
    "/verify/{code}",
    "/w/import/people.xlsx",
    "/w/import/hours.xlsx",
    "/w/import/{id}/problems",
    "/team/photos/{id}",
    "/x/photos/{id}",
    "/x/presences/{id}",
    "/x/export.csv",
    "/x/samples/{id}/export.csv",
}
TITLES = {
    "worker": "street worker",
    "system_administrator": "system administrator",
    "security_administrator": "security administrator",
    "audit_administrator": "audit administrator",
}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A demo with something of everything in it."""
    with Demo(tmp_path_factory.mktemp("scene")) as demo:
        yield Scene(Town(demo))


def looks(scene):
    """(who, address, words that must be there) of every page, and the patterns of which there is no example."""
    of_one = {pattern: (who, path, words) for pattern, who, path, words in scene.pages()}
    wanted, missing = [], []
    for route in scene.town.demo.routes():
        pattern = route["path"]
        if route["method"] != "GET" or route["kind"] != "Page" or pattern in NO_PAGES:
            continue
        if "{" in pattern:
            missing += [] if pattern in of_one else [pattern]
            wanted += [of_one[pattern]] if pattern in of_one else []
            continue
        roles = {"Guest": ANYBODY, "SignedIn": OWN}.get(route["access"], route["roles"])
        roles = ["volunteer"] if pattern in VOLUNTEERS else roles
        path = pattern + CHOSEN.get(pattern, "")
        wanted += [(scene.town.role(TITLES.get(role, role)), path, "") for role in roles]
    # A code to scan lives for half a minute.
    return sorted(wanted, key=lambda one: not one[1].startswith("/c/")), missing


@pytest.mark.parametrize("seen", SIGNED_IN_VARIANTS, ids=str)
def test_pages_of_those_signed_in(scene, browser, seen):
    """Each page as those who may see it: it is there, it shows what it is about, and the checks hold."""
    wanted, missing = looks(scene)
    problems = [f"{pattern}: nobody looks at one; add it to harness/lived_in.py" for pattern in missing]
    tabs = {}
    for who, path, words in wanted:
        if who not in tabs:
            context = open_context(browser, scene.town.demo.url, seen)
            who.enter(context)
            tabs[who] = context.new_page()
        page = tabs[who]
        answer = page.goto(path)
        found = [] if answer.status == 200 else [f"answers {answer.status}"]
        if answer.status == 200 and words not in page.locator("main").inner_text():
            # A field's words are its value.
            found += [] if words in page.content() else [f"does not show {words}"]
        found += looked_at(page, seen, path)
        problems += [f"{who.phone} {path}: {problem}" for problem in found]
    for page in tabs.values():
        page.context.close()
    assert not problems, "\n" + "\n".join(problems)


def test_weight(demo, browser):
    """The first view of each page keeps its budget on a phone."""
    problems = []
    for path in demo.samples():
        context = open_context(browser, demo.url, Variant("std", True, PHONE))
        problems += [f"{path}: {problem}" for problem in weight(context, path)]
        context.close()
    assert not problems, "\n" + "\n".join(problems)
