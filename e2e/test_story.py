"""The main job from end to end, through the browser, by the people who do it: a need is heard, a neighbour comes, the hour
is recorded with its evidence, the coin is posted, the figure moves, and the day's root is published. On each database."""

import re
import time

import pytest
from harness.browser import PHONE, Variant, open_context
from harness.demo import Demo
from harness.people import Town

pytestmark = pytest.mark.browser

VIEW = Variant("std", True, PHONE)
COMMUNITY = "420103002001"
# The journal is followed behind the answer.
FOLLOWED_SECONDS_MAX = 20


@pytest.fixture(params=["sqlite", "postgres"])
def demo(request, tmp_path):
    """A demo at nine in the morning, whatever time it is outside."""
    database = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with Demo(tmp_path, database) as demo:
        demo.let_pass_until(9)
        yield demo


@pytest.fixture
def seen_by(browser, demo):
    """The tab of a person: `seen_by(resident)`."""
    contexts = []

    def open_as(who):
        context = open_context(browser, demo.url, VIEW)
        contexts.append(context)
        who.enter(context)
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def figure(page, label):
    """The number that stands under this label."""
    shown = page.locator("dl.figures > *", has=page.locator(f"dt:has-text('{label}')")).first.inner_text()
    return float(re.search(r"-?\d+(?:\.\d+)?", shown.replace(label, "")).group())


def becomes(page, path, label, value):
    """Looks again until the figure is there."""
    end = time.monotonic() + FOLLOWED_SECONDS_MAX
    while True:
        page.goto(path)
        now = figure(page, label)
        if abs(now - value) < 0.005 or time.monotonic() > end:
            assert now == pytest.approx(value), f"{path}: {label}"
            return
        time.sleep(0.3)


def test_from_a_need_to_the_published_root(demo, seen_by):
    town = Town(demo)
    resident, worker = town.role("resident"), town.role("community worker")

    board = seen_by(town.of(None))
    board.goto(f"/board?division={COMMUNITY}")
    hours_before = figure(board, "服务时长")

    # The resident asks.
    at_home = seen_by(resident)
    at_home.goto("/")
    at_home.locator("a.tile[href='/need/new']").click()
    press(at_home, "陪伴老人")
    at_home.get_by_role("radio", name="今天").check()
    press(at_home, "看一看再送")
    press(at_home, "送出求助")
    at_home.locator("[data-done=need-posted]").wait_for()
    need = re.search(r"/need/([^?/]+)", at_home.url).group(1)

    # The worker verifies, and asks the wave that the matching suggests.
    at_work = seen_by(worker)
    at_work.goto("/w")
    at_work.locator(f"a[href='/w/needs/{need}']").click()
    chosen = at_work.locator("[name=volunteer]").first
    chosen.check()
    helper = town.person(town.role("street worker"), chosen.get_attribute("value"))
    press(at_work, "核实无误，请人去")
    at_work.locator("[data-done=need-dispatched]").wait_for()
    demo.let_pass(2)

    # The neighbour says yes; the resident sees who comes.
    on_the_way = seen_by(helper)
    on_the_way.goto("/v/coins")
    coins_before = figure(on_the_way, "现在有")
    on_the_way.goto("/v/hours")
    served_before = figure(on_the_way, "一共记了")
    on_the_way.goto("/v")
    on_the_way.locator(f"a[href='/tasks/{need}']").click()
    press(on_the_way, "我去")
    on_the_way.locator("[data-done=task-accepted]").wait_for()
    at_home.goto("/")
    at_home.locator(f"main a[href='/need/{need}']").click()
    assert at_home.locator("[data-state=accepted] h1", has_text="会来").count() == 1

    # The visit, an hour long.
    demo.let_pass_to(resident.get(f"/needs/{need}")["starts_at"])
    on_the_way.goto(f"/tasks/{need}/visit")
    press(on_the_way, "我到了")
    on_the_way.locator("[data-state=in_service]").wait_for()
    demo.let_pass(60)
    press(on_the_way, "办好了")
    on_the_way.locator("[data-done=visit-done]").wait_for()

    # The resident's yes.
    at_home.goto("/")
    at_home.locator(f"main a[href='/need/{need}']").click()
    at_home.get_by_role("link", name="办好了吗？").click()
    at_home.get_by_role("radio", name="很好").check()
    press(at_home, "办好了")
    at_home.locator("[data-done=need-confirmed]").wait_for()

    # The record with its grade: one witness, the resident, who was there.
    on_the_way.goto("/v/hours")
    assert figure(on_the_way, "一共记了") == pytest.approx(served_before + 1)
    newest = on_the_way.locator("li.hour").first
    assert "1.00" in newest.inner_text() and newest.locator(".ev-b").count() == 1, newest.inner_text()
    newest.locator("a").click()
    assert "受助的邻居点头" in on_the_way.locator(".stitch").inner_text()

    # The coin, and the figure on the board, once the journal is followed.
    becomes(on_the_way, "/v/coins", "现在有", coins_before + 1)
    assert "+1.00" in on_the_way.locator("[data-transfer]").first.inner_text()
    becomes(board, f"/board?division={COMMUNITY}", "服务时长", hours_before + 1)

    # The day's root, when the day is over; and everything recomputed from outside.
    today = demo.now().date().isoformat()
    demo.let_pass_until(1)
    end = time.monotonic() + FOLLOWED_SECONDS_MAX
    while True:
        board.goto("/transparency")
        row = board.locator("tr", has=board.locator(f"th:has-text('{today}')"))
        if row.count() == 1 or time.monotonic() > end:
            break
        time.sleep(0.3)
    root = "".join(row.locator("[data-root=district] .code").inner_text().split())
    assert re.fullmatch(r"[0-9a-f]{64}", root), root
    roots = demo.text("/transparency/roots.txt")
    assert f"420103 {today} {root}" in roots
    published = demo.data / "roots.txt"
    published.write_text(roots)
    keys = ["--keys", demo.data / "keys"]
    assert ", 0 findings" in demo.linli("journal", "verify", "--roots", published, *keys)
    assert ", 0 findings" in demo.linli("ledger", "verify", *keys)
