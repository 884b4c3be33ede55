"""Every operation of the JSON API, as a guest and as each role of the demo: never a server error, never an answer that its
description does not allow, and for every reading operation somebody who gets an answer."""

import pytest
from harness.api import SCHEMA, Answers, call_samples, generate, operations
from harness.browser import PHONE, Variant, open_context
from harness.demo import sign_in

pytestmark = pytest.mark.api


@pytest.fixture(scope="module")
def cookies(demo, browser):
    """The session cookie of each role, and none for the guest."""
    cookies = {"guest": ""}
    for role, phone in demo.phones().items():
        context = open_context(browser, demo.url, Variant("std", False, PHONE))
        sign_in(context.new_page(), demo, phone)
        cookies[role] = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
        context.close()
    return cookies


def test_every_operation_for_every_role(demo, cookies, tmp_path):
    complaints = []
    succeeded = set()
    for role, cookie in cookies.items():
        answers = Answers()
        call_samples(demo, cookie, answers)
        folder = tmp_path / role
        folder.mkdir()
        complaint = generate(demo.url, cookie, folder, answers)
        if complaint:
            complaints.append(f"as {role}:\n{complaint}")
        complaints += [f"as {role}: {operation} broke" for operation in answers.broken()]
        succeeded |= answers.succeeded()
    # Writes depend on what stands in the demo; their use cases are driven by the story tests of each area.
    never = {operation for operation in operations(demo.json(SCHEMA)) if operation.startswith("GET ")} - succeeded
    # A statement's code is shown once, to its owner; the demo has none to give away.
    never.discard("GET /api/v1/verify/{code}")
    complaints += [f"nobody ever got an answer 2xx from {operation}" for operation in sorted(never)]
    assert not complaints, "\n".join(complaints)
