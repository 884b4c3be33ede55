"""A leader's phone where there is no network: the roster is kept, notes are taken, and they come back once. A clock that was
set in between is found."""

import pytest
from harness.browser import PHONE, Variant, open_context
from harness.chapters import wait_for
from harness.demo import Demo
from harness.lived_in import new_project, new_shift
from harness.people import Town

pytestmark = pytest.mark.browser

PHONES = [Variant("std", True, PHONE), Variant("elder", True, PHONE)]
NINE_HOURS_MS = 9 * 60 * 60 * 1000


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with Demo(tmp_path_factory.mktemp("offline")) as demo:
        demo.let_pass_until(9)
        yield Town(demo)


@pytest.fixture
def shift(town):
    """A shift that begins in ten minutes, with two people: its id, its leader, its people."""
    worker, leader = town.role("street worker"), town.role("leader")
    shift = new_shift(town, worker, leader, new_project(worker, leader)[1], 10, 2)
    pool = (town.number(n) for n in range(20, 90))
    free = (one for one in pool if one.ask("POST", f"/api/v1/shifts/{shift}/sign-up")[0] == 200)
    return shift, leader, [next(free), next(free)]


@pytest.fixture(params=PHONES, ids=str)
def phone(request, browser, town, shift):
    """The leader's phone with the roster kept, and its network cut."""
    context = open_context(browser, town.demo.url, request.param)
    shift[1].enter(context)
    page = context.new_page()
    page.goto(f"/team/shifts/{shift[0]}/offline")
    page.locator("#roster-status[data-state=kept]").wait_for()
    context.set_offline(True)
    yield page
    context.close()


def tap(page, who, what):
    page.locator(f"[data-note='{who}-{what}']").click()


def presences(leader, shift):
    """When each came and went, in the order of the roll."""
    return [(bool(one["arrived_at"]), bool(one["left_at"])) for one in leader.get(f"/shifts/{shift}/roll")]


def test_notes_without_network_come_back_once(phone, shift):
    shift, leader, _ = shift
    phone.reload()
    tap(phone, 0, 0)
    tap(phone, 1, 0)
    # Pressed by mistake, and taken back.
    tap(phone, 1, 1)
    tap(phone, 1, 1)
    assert presences(leader, shift) == [(False, False)] * 2
    # The phone was put away and taken out again; what was noted is still there.
    phone.reload()
    assert phone.locator("[data-note][aria-pressed=true]").count() == 2
    phone.locator("#roster-send").click()
    phone.locator("#roster-status[data-state=waiting]").wait_for()

    sent = []
    phone.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    phone.context.set_offline(False)
    phone.locator("[data-done=roster-synced]").wait_for()
    assert wait_for(lambda: presences(leader, shift)) == [(True, False)] * 2

    # Sent again it gives the same; with another note it is refused.
    body = sent[-1].post_data_json
    again = leader.post(f"/shifts/{shift}/roster", body)
    assert again["in_time"] + again["late"] == 2
    status, refused = leader.ask("POST", f"/api/v1/shifts/{shift}/roster", body | {"notes": body["notes"][:1]})
    assert status == 409 and "roster-used" in str(refused)
    # Nothing of it stays on the phone.
    assert phone.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('linli-roster')).length") == 0


def test_a_page_kept_open_counts_as_a_roll_call_and_a_set_clock_does_not(phone, shift):
    shift, leader, _ = shift
    tap(phone, 0, 0)
    with phone.expect_response(lambda answer: answer.request.method == "POST") as told:
        phone.context.set_offline(False)
    assert told.value.json() == {"in_time": 1, "late": 0}

    phone.goto(f"/team/shifts/{shift}/offline")
    phone.locator("#roster-status[data-state=kept]").wait_for()
    phone.context.set_offline(True)
    phone.evaluate(f"() => {{ window.trueNow = Date.now; Date.now = () => window.trueNow() - {NINE_HOURS_MS}; }}")
    tap(phone, 1, 0)
    phone.evaluate("() => { Date.now = window.trueNow; }")
    with phone.expect_response(lambda answer: answer.request.method == "POST") as told:
        phone.context.set_offline(False)
    assert told.value.json() == {"in_time": 0, "late": 1}
    phone.locator("#roster-status[data-state=sent-late]").wait_for()
