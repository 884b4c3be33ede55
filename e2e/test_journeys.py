"""The commonest tasks, each walked on a phone in four ways ({standard, elder} × {JavaScript on, off}) with its screens,
taps and keys counted against the targets of docs/journeys.md, which says where each begins. The table of all that was
measured ends the run."""

from itertools import islice

import pytest
from harness.axe import axe
from harness.browser import JOURNEY_VARIANTS, open_context
from harness.demo import Demo
from harness.journey import ADULT, ELDER, Journey
from harness.listed import Listed, bring_in
from harness.lived_in import COMMUNITY, SESSION_MINUTES, SHIFT_MINUTES, a_session, course_of, new_project, new_shift
from harness.people import Town, code_of, identity_number

pytestmark = pytest.mark.browser

ROLL_PEOPLE, LEARNERS = 20, 30
# What becoming a volunteer and signing in must ask for: a name and an identity number; a phone and its code.
JOIN_KEYS, SIGN_IN_KEYS = 22, 11 + 6
# Who of the demo's invented people does what; a number for each variant follows.
ASKS, SEES, CONFIRMS, SENDS, JOINS, SIGNS_IN, HELPED, RINGS = 120, 124, 128, 132, 136, 140, 144, 148
CHECKS_IN, FORGETS, NEAR, PROVES, ON_ROLL, LEARNS, ENROLS = 10, 35, 90, 12, 60, 0, 100
# Volunteers of a short demo; what is behind them are residents.
VOLUNTEERS = 120


@pytest.fixture(params=JOURNEY_VARIANTS, ids=str)
def variant(request):
    return request.param


@pytest.fixture
def n(variant):
    """The number of the variant: each has people of its own."""
    return JOURNEY_VARIANTS.index(variant)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A demo at half past seven in the morning, whatever time it is outside."""
    with Demo(tmp_path_factory.mktemp("town")) as demo:
        demo.let_pass_until(7, 30)
        yield Town(demo)


@pytest.fixture(scope="module")
def worker(town):
    return town.role("street worker")


@pytest.fixture(scope="module")
def leader(town):
    return town.role("leader")


@pytest.fixture(scope="module")
def project(worker, leader):
    return new_project(worker, leader)[1]


def signed_up(town, first, shift, count):
    """The next so many volunteers who are free then, each with a place; whoever lives a life of their own may be busy."""
    pool = [town.number((first + k) % VOLUNTEERS) for k in range(VOLUNTEERS)]
    town.sign_in(pool[:count])
    placed = (one for one in pool if one.ask("POST", f"/api/v1/shifts/{shift}/sign-up")[0] == 200)
    people = list(islice(placed, count))
    assert len(people) == count, f"only {len(people)} of {count} were free"
    return people


@pytest.fixture
def walk(browser, town, variant):
    """Begins a journey: `walk("/need/new", resident)`."""
    contexts = []

    def begin(start, who=None):
        context = open_context(browser, town.demo.url, variant)
        contexts.append(context)
        if who is not None:
            who.enter(context)
        return Journey(context, variant, start)

    yield begin
    for context in contexts:
        context.close()


def button(journey, name):
    return journey.page.get_by_role("button", name=name, exact=True)


def ask_for(resident, day="tomorrow", category="elderly"):
    """A need as the resident sent it."""
    return resident.post("/needs", {"category": category, "day": day, "part": "any", "address": "3 栋 201"})["id"]


def promised(town, worker, need):
    """A volunteer has said yes to the need; gives who."""
    worker.post(f"/needs/{need}/verify")
    best = worker.get(f"/needs/{need}/candidates")["candidates"][0]["person"]
    worker.post(f"/needs/{need}/dispatch", {"volunteers": [best]})
    town.demo.let_pass(2)
    helper = town.person(worker, best)
    helper.post(f"/needs/{need}/accept")
    return helper


def test_1_a_resident_asks_for_help(walk, town, n, measured):
    journey = walk("/", town.number(ASKS + n))
    journey.tap(journey.page.locator("a.tile[href='/need/new']"))
    journey.tap(button(journey, "陪伴老人"))
    journey.tap(button(journey, "看一看再送"))
    journey.tap(button(journey, "送出求助"))
    cost = measured("1 asks for help", journey.finish("need-posted"))
    assert cost.screens <= 3 and cost.taps <= 5 and cost.keys == 0
    assert cost.seconds(ELDER) <= 33


def test_2_a_resident_sees_who_comes(walk, town, worker, n, measured):
    resident = town.number(SEES + n)
    need = ask_for(resident)
    promised(town, worker, need)
    journey = walk("/", resident)
    journey.tap(journey.page.locator(f"main a[href='/need/{need}']"))
    cost = measured("2 sees who comes", journey.reach(journey.page.locator("[data-state=accepted] a[href^='tel:']")))
    assert cost.screens <= 1 and cost.taps <= 1 and cost.keys == 0
    assert journey.page.locator("h1", has_text="会来").count() == 1


def test_3_a_resident_confirms_and_rates(walk, town, worker, n, measured):
    resident = town.number(CONFIRMS + n)
    need = ask_for(resident, day="today")
    helper = promised(town, worker, need)
    town.demo.let_pass_to(resident.get(f"/needs/{need}")["starts_at"])
    helper.post(f"/needs/{need}/start")
    helper.post(f"/needs/{need}/done")
    journey = walk(f"/need/{need}", resident)
    journey.tap(journey.page.get_by_role("link", name="办好了吗？"))
    yes, no = button(journey, "办好了").bounding_box(), button(journey, "没办好").bounding_box()
    assert (yes["width"], yes["height"]) == (no["width"], no["height"]), "saying no is as easy as saying yes"
    journey.tap(journey.page.get_by_role("radio", name="很好"))
    journey.tap(button(journey, "办好了"))
    cost = measured("3 confirms and rates", journey.finish("need-confirmed"))
    assert cost.screens <= 1 and cost.taps <= 3 and cost.keys == 0


def test_4_a_resident_becomes_a_volunteer(walk, town, n, measured):
    journey = walk("/join", town.number(JOINS + n))
    journey.write(journey.page.locator("[name=name]"), "邻立春")
    journey.write(journey.page.locator("[name=number]"), identity_number(f"1961030{n + 1}"))
    journey.tap(button(journey, "下一页"))
    journey.tap(button(journey, "看看填得对不对"))
    journey.tap(button(journey, "对，我要加入"))
    cost = measured("4 joins (signed in)", journey.finish("joined"))
    assert cost.screens <= 3 and cost.taps <= 8 and cost.keys <= JOIN_KEYS
    assert cost.seconds(ELDER) <= 97


def test_4_a_stranger_becomes_a_volunteer(walk, town, n, measured):
    phone = f"1990000900{n}"
    journey = walk("/join")
    journey.write(journey.page.locator("[name=name]"), "里雨水")
    journey.write(journey.page.locator("[name=number]"), identity_number(f"1971030{n + 1}"))
    journey.tap(button(journey, "下一页"))
    journey.write(journey.page.locator("[name=phone]"), phone)
    journey.tap(button(journey, "发验证码"))
    journey.write(journey.page.locator("[name=code]"), the_code(journey, town, phone))
    journey.tap(button(journey, "看看填得对不对"))
    journey.tap(button(journey, "对，我要加入"))
    cost = measured("4 joins (phone not known yet)", journey.finish("joined"))
    # Signing in is part of the way here, in the same three screens.
    assert cost.screens <= 3 and cost.taps <= 8 and cost.keys <= JOIN_KEYS + SIGN_IN_KEYS
    assert cost.seconds(ELDER) <= 140


def the_code(journey, town, phone):
    """Looks at the phone's message, as a person would."""
    for _ in range(100):
        code = code_of(town.demo.text("/demo/outbox"), phone)
        if code:
            return code
        journey.page.wait_for_timeout(100)
    raise AssertionError(f"no code came for {phone}")


def test_signing_in_by_code(walk, town, n, measured):
    phone = town.number(SIGNS_IN + n).phone
    journey = walk("/my/needs")
    assert "/sign-in" in journey.page.url, "asked at the action, not before"
    journey.write(journey.page.locator("[name=phone]"), phone)
    journey.tap(button(journey, "发验证码"))
    journey.write(journey.page.locator("[name=code]"), the_code(journey, town, phone))
    journey.tap(button(journey, "登录"))
    cost = measured("signs in by code", journey.reach(journey.page.locator("h1", has_text="我的求助")))
    assert cost.screens <= 1 and cost.taps <= 4 and cost.keys == SIGN_IN_KEYS


def test_5_a_volunteer_finds_and_accepts(walk, town, worker, n, measured):
    need = ask_for(town.number(SENDS + n))
    worker.post(f"/needs/{need}/verify")
    best = worker.get(f"/needs/{need}/candidates")["candidates"][0]["person"]
    worker.post(f"/needs/{need}/dispatch", {"volunteers": [best]})
    town.demo.let_pass(2)
    journey = walk("/v", town.person(worker, best))
    journey.tap(journey.page.locator(f"a[href='/tasks/{need}']"))
    assert journey.page.locator("main .why").inner_text().strip(), "the reason is shown"
    journey.tap(button(journey, "我去"))
    cost = measured("5 finds and accepts", journey.finish("task-accepted"))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == 0
    assert cost.seconds(ELDER) <= 21


def test_6_and_7_a_volunteer_checks_in_and_out(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 10, 1)
    [volunteer] = signed_up(town, CHECKS_IN + 5 * n, shift, 1)
    token = leader.get(f"/shifts/{shift}/code")["token"]
    journey = walk(f"/c/{token}", volunteer)
    journey.tap(button(journey, "签到"))
    cost = measured("6 checks in by QR", journey.finish("checked-in"))
    assert cost.screens <= 1 and cost.taps <= 2 and cost.keys == 0
    assert cost.seconds(ELDER) <= 9

    town.demo.let_pass(45)
    token = leader.get(f"/shifts/{shift}/code")["token"]
    journey = walk(f"/c/{token}", volunteer)
    journey.tap(button(journey, "签退"))
    cost = measured("7 checks out by QR", journey.finish("checked-out"))
    assert cost.screens <= 1 and cost.taps <= 2 and cost.keys == 0
    assert cost.seconds(ELDER) <= 12


def test_a_phone_says_whether_it_is_near(walk, town, worker, leader, project, variant, n):
    shift = new_shift(town, worker, leader, project, 10, 2)
    leader.post(f"/shifts/{shift}/meeting-point", {"lat": 30.5931, "lon": 114.3054})
    near, unwilling = signed_up(town, NEAR + 7 * n, shift, 2)
    for volunteer, allowed in ((near, True), (unwilling, False)):
        token = leader.get(f"/shifts/{shift}/code")["token"]
        journey = walk(f"/c/{token}", volunteer)
        if allowed:
            journey.page.context.grant_permissions(["geolocation"])
            journey.page.context.set_geolocation({"latitude": 30.5932, "longitude": 114.3055, "accuracy": 20})
        journey.tap(button(journey, "签到"))
        journey.finish("checked-in")
        ask = button(journey, "用手机看看我在不在现场")
        if not variant.javascript:
            assert not ask.is_visible(), "without scripting there is no button that does nothing"
            continue
        journey.tap(ask)
        if allowed:
            assert "您在现场附近" in journey.page.locator("[data-hint=inside]").inner_text()
        else:
            journey.page.get_by_text("手机没有给出位置").wait_for()
    journey = walk(f"/team/shifts/{shift}/roll", leader)
    assert journey.page.locator("[data-hint]").count() == int(variant.javascript)


def test_6_a_volunteer_checks_in_by_six_digits(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 10, 1)
    [volunteer] = signed_up(town, CHECKS_IN + 5 * n, shift, 1)
    journey = walk("/v", volunteer)
    journey.tap(journey.page.locator(f"a[href='/shifts/{shift}/check-in']"))
    digits = leader.get(f"/shifts/{shift}/code")["digits"]
    journey.write(journey.page.locator("[name=code]"), digits)
    journey.tap(button(journey, "下一步"))
    journey.tap(button(journey, "签到"))
    cost = measured("6 checks in by six digits", journey.finish("checked-in"))
    # The design asks one screen and two taps of the QR; typing is a field and its button more.
    assert cost.screens <= 2 and cost.taps <= 4 and cost.keys == 6
    assert cost.seconds(ELDER) <= 39


def test_6_a_leader_reads_a_card_or_types_its_number(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 10, 2)
    scanned, typed = signed_up(town, CHECKS_IN + 5 * n, shift, 2)
    card = scanned.post("/cards", {})["token"]
    journey = walk(f"/card/{card}", leader)
    journey.tap(button(journey, "到了"))
    cost = measured("6 a card is read", journey.finish("card-arrived"))
    assert cost.screens <= 1 and cost.taps <= 1 and cost.keys == 0
    assert cost.seconds(ELDER) <= 9

    number = typed.post("/cards", {})["number"]
    journey = walk(f"/team/shifts/{shift}/roll", leader)
    journey.tap(journey.page.get_by_role("link", name="扫卡"))
    journey.write(journey.page.locator("[name=number]"), number)
    journey.tap(button(journey, "看看是谁"))
    journey.tap(button(journey, "到了"))
    cost = measured("6 a card's number is typed", journey.finish("card-arrived"))
    assert cost.screens <= 2 and cost.taps <= 4 and cost.keys == 8
    assert cost.seconds(ELDER) <= 45


def test_8_a_volunteer_gets_a_proof(walk, town, n, measured):
    pool = (town.number(one) for one in range(PROVES + n, VOLUNTEERS, 4))
    served = next(one for one in pool if one.get("/me/hours")["records"])
    journey = walk("/v", served)
    journey.tap(journey.page.locator("a[href='/me']:visible").first)
    journey.tap(journey.page.locator("main a[href='/v/cert']"))
    journey.tap(button(journey, "开证明"))
    cost = measured("8 gets a proof", journey.finish("proof-issued"))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == 0
    assert cost.seconds(ELDER) <= 21
    # What everybody else sees who has the code.
    code = journey.page.locator("[data-code]").get_attribute("data-code")
    journey.page.goto(f"/verify/{code}")
    journey.page.locator("[data-verdict='genuine']").wait_for()


def test_9_a_leader_calls_the_roll(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 5, ROLL_PEOPLE)
    signed_up(town, ON_ROLL, shift, ROLL_PEOPLE)
    town.demo.let_pass(5 + SHIFT_MINUTES + 1)
    journey = walk("/team", leader)
    journey.tap(journey.page.locator(f"a[href='/team/shifts/{shift}/roll']"))
    away = journey.page.get_by_role("radio", name="没来")
    assert away.count() == ROLL_PEOPLE
    exceptions = 3
    for k in range(exceptions):
        journey.tap(away.nth(k * 5))
    journey.tap(journey.page.get_by_role("button", name="确认这"))
    cost = measured("9 calls the roll of 20, 3 away", journey.finish("roll-called"))
    assert cost.screens <= 1 and cost.taps <= 2 + exceptions and cost.keys == 0
    assert cost.seconds(ELDER) <= 21
    noted = journey.page.locator("[data-came]")
    assert int(noted.get_attribute("data-came")) == ROLL_PEOPLE - exceptions
    assert int(noted.get_attribute("data-away")) == exceptions
    # One more tap takes it back; everybody can be called again.
    button(journey, "撤回，重新点名").click()
    journey.page.locator("[data-done='roll-undone']").wait_for()
    assert journey.page.get_by_role("radio", name="没来").count() == ROLL_PEOPLE


def test_a_leader_copies_an_activity(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 24 * 60 + n, 5)
    journey = walk("/team", leader)
    journey.tap(journey.page.locator(f"a[href='/team/shifts/{shift}']"))
    journey.tap(button(journey, "照样发布"))
    cost = measured("copies an activity", journey.finish("activity-published"))
    assert cost.taps <= 4 and cost.keys == 0
    assert cost.seconds(ELDER) <= 60


def test_10_a_worker_verifies_and_dispatches(walk, town, worker, n, measured):
    need = ask_for(town.number(HELPED + n))
    journey = walk("/w", worker)
    journey.tap(journey.page.locator(f"a[href='/w/needs/{need}']"))
    # The first wave is ticked already, unless all who fit are left in peace: then the worker names somebody.
    best = journey.page.locator("[name=volunteer]").first
    if not best.is_checked():
        journey.tap(best)
    journey.tap(button(journey, "核实无误，请人去"))
    cost = measured("10 verifies and dispatches", journey.finish("need-dispatched"))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == 0
    assert cost.seconds(ELDER) <= 21


# Letters of pinyin and the choice of a character.
KEYS_A_CHARACTER = 4


def focused(journey):
    """Name of the field that has the focus."""
    return journey.page.locator(":focus").get_attribute("name")


def test_11_an_operator_takes_a_call(walk, town, variant, n, measured):
    caller = town.number(RINGS + n)
    journey = walk("/h", town.role("operator"))
    assert focused(journey) == "number"
    journey.spell(caller.phone)
    journey.send("Enter")
    assert focused(journey) == "kind"
    journey.strike("Tab", "Tab", "Tab")
    assert focused(journey) == "category"
    journey.strike("1", "Tab", "Tab", "2", "Tab")
    assert focused(journey) == "words"
    journey.spell("换灯泡", KEYS_A_CHARACTER)
    if not variant.javascript:
        # What is read back is what is saved, which a key does where no script does it.
        journey.send("Alt+v")
    aloud = journey.page.locator("#aloud .lead", has_text="对吗")
    aloud.filter(has_text="换灯泡").wait_for()
    assert "明天上午" in aloud.inner_text()
    journey.send("Control+Enter" if variant.javascript else "Alt+s")
    cost = measured("11 takes a call", journey.finish("call-need"))
    assert cost.screens <= (1 if variant.javascript else 2) and cost.taps <= 6 and cost.keys <= 60
    assert cost.seconds(ADULT) <= 42
    # The number of the need stands large, and the next call can come.
    assert len(journey.page.locator(".big-code").inner_text()) >= 4 and focused(journey) == "number"


def test_11_a_browser_that_closes_loses_no_word(walk, town, variant):
    if not variant.javascript:
        pytest.skip("without scripts a field is kept by a button")
    operator = town.role("operator")
    journey = walk("/h", operator)
    journey.spell("02755500333")
    journey.send("Enter")
    journey.page.locator("[name=words]").focus()
    with journey.page.expect_response("**/h/save") as kept:
        journey.spell("要人陪着去看病", KEYS_A_CHARACTER)
    assert kept.value.status == 303
    journey.page.context.close()
    again = walk("/h", operator)
    assert again.page.locator("[name=words]").input_value() == "要人陪着去看病"
    again.page.locator("[name=kind]").select_option("other")
    again.send("Alt+s")
    again.finish("call-other")


def test_12_an_administrator_prints_the_month(walk, town, variant, measured):
    journey = walk("/a", town.role("street worker"))
    journey.tap(journey.page.locator("main a", has_text="打印上个月"))
    cost = measured("12 prints the month", journey.finish("report-shown"))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == 0
    assert cost.seconds(ELDER) <= 21
    # On paper only the report is left; where scripts run a button prints it.
    printing = journey.page.locator("[data-print]")
    assert printing.is_visible() == variant.javascript
    journey.page.emulate_media(media="print")
    assert not journey.page.locator(".rail").is_visible() and not printing.is_visible()
    assert journey.page.locator("main table").is_visible()


def test_a_rule_is_tried_on_the_last_year(walk, town, variant, measured):
    journey = walk("/a/policies", town.role("system administrator"))
    form = journey.page.locator("form[action='/a/policies'][method=post]")
    journey.choose(form.locator("[name=name]"), "hours.unit_minutes")
    journey.write(form.locator("[name=value]"), "60")
    journey.tap(form.locator("button[value=try]"))
    cost = measured("tries a rule", journey.finish("policy-tried"))
    assert cost.screens <= 1 and cost.taps <= 4 and cost.keys == 2
    told = journey.page.locator("[data-done=policy-tried]")
    assert told.locator(".bars svg").count() >= 1 and told.locator("table").count() == 3
    assert journey.page.locator("[name=value]").input_value() == "60", "what was typed stays"
    if variant.javascript:
        assert axe(journey.page, variant.size == "elder") == []
        wider = journey.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{wider} px wider than the phone"


def test_auditor_evidence(walk, town, n, measured):
    """From the code of a certificate in hand to the raw evidence of an hour."""
    pool = (town.number(one) for one in range(PROVES + n, VOLUNTEERS, 4))
    served = next(one for one in pool if one.get("/me/hours")["records"])
    ticket = served.post("/certificates", {})["ticket"]
    code = served.get(f"/certificates/{ticket}")["code"]
    journey = walk("/x", town.role("auditor"))
    journey.write(journey.page.locator("#f-q"), code)
    journey.tap(button(journey, "查凭据"))
    journey.tap(journey.page.locator("main a[href^='/x/hours/']").first)
    cost = measured("auditor, certificate to evidence", journey.reach(journey.page.locator("h1", has_text="全部凭据")))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == len(code)


def test_auditor_evidence_by_number(walk, town, n, measured):
    """From the number printed on a certificate, without its code, to the raw evidence of an hour."""
    pool = (town.number(one) for one in range(PROVES + n, VOLUNTEERS, 4))
    served = next(one for one in pool if one.get("/me/hours")["records"])
    number = served.post("/certificates", {})["number"]
    journey = walk("/x", town.role("auditor"))
    journey.write(journey.page.locator("#f-q"), number)
    journey.tap(button(journey, "查凭据"))
    assert number in journey.page.locator("main").inner_text()
    journey.tap(journey.page.locator("main a[href^='/x/hours/']").first)
    cost = measured("auditor, number to evidence", journey.reach(journey.page.locator("h1", has_text="全部凭据")))
    assert cost.screens <= 2 and cost.taps <= 3 and cost.keys == len(number)


def test_auditor_calls_back(walk, town, n, measured):
    auditor = town.role("auditor")
    auditor.post("/samples", {"count": 3, "seed": f"回访 {n}"})
    journey = walk("/x/sample", auditor)
    journey.tap(journey.page.locator("main a[href^='/x/samples/']").first)
    journey.tap(journey.page.get_by_role("link", name="问第 1 次"))
    journey.tap(button(journey, "看电话"))
    journey.page.locator("[data-done='revealed']").wait_for()
    journey.tap(journey.page.get_by_role("radio", name="属实"))
    journey.tap(button(journey, "记下来"))
    cost = measured("auditor calls one back", journey.reach(journey.page.get_by_text("3 次里已经问了 1 次")))
    assert cost.screens <= 3 and cost.taps <= 5 and cost.keys == 0


def test_a_trainer_marks_30_people(walk, town, n, measured):
    trainer = town.role("trainer")
    session = a_session(town.demo, course_of(trainer, "first_aid"), 5)
    session = trainer.post("/training-sessions", session)["id"]
    learners = [town.number(LEARNS + k) for k in range(LEARNERS)]
    town.sign_in(learners)
    for learner in learners:
        learner.post(f"/training-sessions/{session}/enrol")
    town.demo.let_pass(5 + SESSION_MINUTES + 1)
    journey = walk("/t", trainer)
    journey.tap(journey.page.locator(f"a[href='/t/{session}/roll']"))
    away = journey.page.get_by_role("radio", name="没来")
    assert away.count() == LEARNERS
    journey.tap(away.nth(3))
    journey.tap(away.nth(17))
    journey.tap(button(journey, f"记下这 {LEARNERS} 人"))
    journey.page.locator("[data-done='training-roll-called']").wait_for()
    failed = journey.page.get_by_role("radio", name="没通过")
    journey.tap(failed.nth(8))
    journey.tap(button(journey, f"确认这 {LEARNERS} 人的结果"))
    cost = measured("trainer marks 30, 2 away, 1 failed", journey.finish("results-closed"))
    assert cost.screens <= 2 and cost.taps <= 3 + 3 and cost.keys == 0
    assert cost.seconds(ELDER) <= 60
    noted = journey.page.locator("[data-passed]")
    assert int(noted.get_attribute("data-passed")) == LEARNERS - 3
    assert int(noted.get_attribute("data-others")) == 3
    # One more tap takes it back, and what was said is proposed again.
    button(journey, "撤回，重新登").click()
    journey.page.locator("[data-done='results-undone']").wait_for()
    assert journey.page.get_by_role("radio", name="没通过").nth(8).is_checked()


def test_a_volunteer_enrols_in_what_is_lacking(walk, town, n, measured):
    trainer, volunteer = town.role("trainer"), town.number(ENROLS + n)
    ahead = a_session(town.demo, course_of(trainer, "basic"), 24 * 60 + n, places=1)
    trainer.post("/training-sessions", ahead)
    journey = walk("/v/training", volunteer)
    journey.tap(button(journey, "报名").first)
    cost = measured("volunteer enrols in a training", journey.finish("enrolled"))
    assert cost.screens <= 1 and cost.taps <= 1 and cost.keys == 0
    assert cost.seconds(ELDER) <= 9
    assert [one["state"] for one in volunteer.get("/me/training")["trainings"]] == ["enrolled"]


def test_why_is_this_0(walk, town, worker, leader, project, n, measured):
    shift = new_shift(town, worker, leader, project, 5, 1)
    [forgot] = signed_up(town, FORGETS + 5 * n, shift, 1)
    code = leader.get(f"/shifts/{shift}/code")["digits"]
    forgot.post(f"/shifts/{shift}/check-in", {"code": code, "kind": "arrived"})
    town.demo.let_pass(5 + SHIFT_MINUTES + 1)
    journey = walk("/v", forgot)
    journey.tap(journey.page.locator("main a[href='/v/hours']").last)
    journey.tap(journey.page.locator("main a", has_text="为什么是 0").first)
    cost = measured("why is this 0?", journey.reach(journey.page.locator("h1", has_text="为什么")))
    assert cost.screens <= 2 and cost.taps <= 2 and cost.keys == 0
    assert "签退" in journey.page.locator("main").inner_text(), "it says that the leaving is missing"


def test_was_i_volunteered(walk, town, n, measured):
    """Somebody whom a list names without asking looks and refuses."""
    one = Listed(f"1990000910{n}", f"1972030{n + 1}", COMMUNITY)
    bring_in(town.role("community worker"), [one])
    journey = walk("/me/identity")
    journey.write(journey.page.locator("[name=name]"), one.name)
    journey.write(journey.page.locator("[name=number]"), one.number)
    journey.write(journey.page.locator("[name=phone]"), one.phone)
    journey.tap(button(journey, "发验证码"))
    journey.write(journey.page.locator("[name=code]"), the_code(journey, town, one.phone))
    journey.tap(button(journey, "查"))
    assert journey.page.locator("[data-done=identity-found]").count() == 1
    assert one.number not in journey.page.content()
    journey.tap(button(journey, "不是我，我没同意"))
    cost = measured("was I volunteered? (refuses)", journey.finish("identity-refused"))
    assert cost.screens <= 2 and cost.taps <= 8 and cost.keys <= JOIN_KEYS + SIGN_IN_KEYS
