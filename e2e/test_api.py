"""Every operation of the JSON API with generated input, as a guest and as each role of the demo: never a server error, never
an answer that its description does not allow. That each is done with good input is `test_api_walk.py`."""

import pytest
from harness.api import Answers, call_samples, generate
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
    for role, cookie in cookies.items():
        answers = Answers()
        call_samples(demo, cookie, answers)
        folder = tmp_path / role
        folder.mkdir()
        complaint = generate(demo.url, cookie, folder, answers)
        if complaint:
            complaints.append(f"as {role}:\n{complaint}")
        complaints += [f"as {role}: {operation} broke" for operation in answers.broken()]
    assert not complaints, "\n".join(complaints)
