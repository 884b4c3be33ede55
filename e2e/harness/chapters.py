"""What everybody does on the walk through the API: the main job and everything around it, told in chapters. Each walker asks
for help, helps the next one, has places in shifts, earns an hour; staff do what their role is for."""

import time
import urllib.parse
import urllib.request
import uuid
from datetime import timedelta

from harness.listed import Listed, bring_in, people_sheet
from harness.lived_in import COMMUNITY, SESSION_MINUTES, a_session, picture
from harness.people import Somebody, identity_number
from harness.walk import statement_code

STREET = "420103002"
# A community of the street in which what is over half an hour a day waits for a review.
STRICT = "420103002002"
AT_ONCE_MINUTES = 30
VISIT_MINUTES = 50
SHIFT_MINUTES = 60
PLACES = 12
SETTLED_SECONDS_MAX = 60
# Somebody of the demo who asks for each walker; residents have the numbers from 120 on.
NEIGHBOURS = 150
VOLUNTEERS = range(5, 60)
# What nobody of the demo asks for, so that its own needs call no walker, who would then be left in peace.
CATEGORY = "environment"


def walk_through(walk):
    """Everything, in order: what one chapter makes the next one uses."""
    walk.demo.let_pass_until(9)
    arrive(walk)
    look_around(walk)
    places(walk)
    people(walk)
    listed(walk)
    needs(walk)
    hotline(walk)
    shifts(walk)
    hours(walk)
    asked_about(walk)
    trainings(walk)
    roles(walk)
    leave(walk)


def register(walk, by, phone):
    """Somebody new: a code, its ticket, a name. `by` is who sends the requests."""
    by.call("POST /api/v1/sign-in/codes", {"phone": phone})
    proven = by.call("POST /api/v1/sign-in", {"phone": phone, "code": walk.code(phone)})
    new = {"ticket": proven["ticket"], "name": "里清明", "division": COMMUNITY}
    return by.call("POST /api/v1/people", new)


def arrive(walk):
    for walker in walk.signed_in:
        walker.entered(register(walk, walk.guest, walker.phone))
    chief = walk.town.role("security administrator")
    for walker in walk.signed_in:
        if walker.role not in ("resident", "volunteer"):
            chief.post("/role-grants", {"person": walker.phone, "role": walker.role, "division": STREET})
    for walker in walk.signed_in:
        register(walk, walker, walk.new_phone())
    for n, walker in enumerate(walk.signed_in):
        number = identity_number(f"197405{n + 10}")
        joins = {"name": "里芒种", "kind": "resident_id", "number": number, "categories": [CATEGORY]}
        walker.call("POST /api/v1/volunteers", joins)


def newcomer(walk, born):
    """A volunteer who has promised nothing to anybody yet."""
    phone = walk.new_phone()
    somebody = walk.town.of(phone)
    somebody.entered(register(walk, walk.guest, phone))
    somebody.post("/volunteers", {"name": "里芒种", "kind": "resident_id", "number": identity_number(born)})
    return somebody


def look_around(walk):
    shift = walk.guest.call("GET /api/v1/shifts")["shifts"][0]["id"]
    for walker in walk.everybody:
        walker.call("GET /api/v1/figures", query={"division": STREET})
        walker.call("GET /api/v1/figures/definitions")
        walker.call("GET /api/v1/journal/roots")
        walker.call("GET /api/v1/journal/node-roots")
        walker.call("GET /api/v1/needs/open")
        walker.call("GET /api/v1/places/search", query={"q": "hlj"})
        walker.call("GET /api/v1/places/{code}", code=COMMUNITY)
        walker.call("GET /api/v1/shifts")
        walker.call("GET /api/v1/shifts/{id}", id=shift)
        walker.call("GET /api/v1/timebank/balance-sheet", query={"district": "420103"})
    for walker in walk.signed_in:
        walker.call("GET /api/v1/me/coins")
        walker.call("GET /api/v1/me/hours")
        walker.call("GET /api/v1/me/looks")
        walker.call("GET /api/v1/my/shifts")
        walker.call("GET /api/v1/needs/mine")
        walker.call("GET /api/v1/tasks")
        walker.call("GET /api/v1/me/volunteer")
        ready = walker.call("GET /api/v1/me/training")
        assert [line["what"] for line in ready["lines"][:2]] == ["insurance", "training"], ready
        walker.call("POST /api/v1/me/volunteer", {"skills": ["nursing"], "radius_m": 0})


def places(walk):
    manager, today = walk.system_administrator, walk.demo.now().date().isoformat()
    station = {
        "division": COMMUNITY,
        "name": "里巷志愿服务点",
        "kind": "community",
        "functions": ["needs", "activities"],
        "address": "里巷 1 号",
        "phone": "027-5550 0199",
        "opening_hours": "周一至周五 9:00–17:00",
    }
    made = manager.call("POST /api/v1/stations", station)
    change = {"version": made["version"], "station": station | {"opening_hours": "每天 9:00–17:00"}}
    manager.call("POST /api/v1/stations/{id}", change, id=made["id"])
    policy = {"division": STRICT, "name": "hours.day_at_once_minutes", "value": AT_ONCE_MINUTES, "from_day": today}
    tried = manager.call("GET /api/v1/policies/trial", query={key: policy[key] for key in ("division", "name", "value")})
    minutes = {part: sum(one["after"] for one in tried[part]) for part in ("grades", "months", "places")}
    assert [one["grade"] for one in tried["grades"]] == list("abcd") and len(set(minutes.values())) == 1
    manager.call("POST /api/v1/policies", policy | {"source": "议事会 1 号决定"})


def people(walk):
    for walker in (walk.worker, walk.security_administrator):
        walker.call("GET /api/v1/people", query={"q": "lmz"})
        walker.call("GET /api/v1/people/{id}", id=walk.volunteer.id)
    worker = walk.worker
    worker.call("POST /api/v1/people/{id}/reveals", {"field": "phone", "reason": "打电话核实"}, id=walk.volunteer.id)
    until = (walk.demo.now() + timedelta(days=365)).date().isoformat()
    cover = {"insured_until": until, "trained_until": until}
    worker.call("POST /api/v1/people/{id}/cover", cover, id=walk.volunteer.id)
    worker.call("GET /api/v1/exports/{sheet}", query={"division": STREET}, sheet="hours")
    sheet = {"division": COMMUNITY, "reason": "给志愿者办保险"}
    worker.call("POST /api/v1/exports/{sheet}", sheet, sheet="needs")
    cells = ["里小暑", "", identity_number("19780311"), walk.new_phone(), COMMUNITY]
    sent = worker.call("POST /api/v1/imports", people_sheet(worker, [cells]), query={"sheet": "people"})["id"]
    assert worker.call("GET /api/v1/imports/{id}", id=sent)["state"] == "checked"
    worker.call("POST /api/v1/imports/{id}/begin", id=sent)
    assert worker.call("GET /api/v1/imports/{id}", id=sent)["made"] == 1
    # Who was written down at the desk without a phone gets one there.
    sleeper = at_the_desk(walk)
    phone = walk.new_phone()
    Somebody(walk.demo, phone).send_code()
    given = {"phone": phone, "code": walk.code(phone)}
    worker.call("POST /api/v1/people/{id}/phone", given, id=sleeper)


def trainings(walk):
    """The trainer teaches everybody first aid: planned, copied, called off, called, closed, taken back, closed."""
    trainer = walk.trainer
    course = {"division": COMMUNITY, "title": "急救", "content": "心肺复苏。", "gives": "first_aid", "months": 24}
    course = trainer.call("POST /api/v1/courses", course | {"unit": "里巷志愿服务中心"})["id"]
    assert course in {one["id"] for one in trainer.call("GET /api/v1/courses")}
    planned = a_session(walk.demo, course, 30)
    session = trainer.call("POST /api/v1/training-sessions", planned)["id"]
    copy = trainer.call("POST /api/v1/training-sessions/{id}/copy", {}, id=session)["id"]
    trainer.call("POST /api/v1/training-sessions/{id}/cancel", {"reason": "会场停电"}, id=copy)
    for walker in walk.everybody:
        assert session in {one["id"] for one in walker.call("GET /api/v1/training-sessions")}
        walker.call("GET /api/v1/training-sessions/{id}", id=session)
    for walker in walk.signed_in:
        # Nobody learns from themselves: the trainer sits in a session of somebody else.
        learned = other_session(walk) if walker is trainer else session
        walker.call("POST /api/v1/training-sessions/{id}/enrol", {}, id=learned)
        walker.call("POST /api/v1/training-sessions/{id}/withdraw", {}, id=learned)
        if walker is not trainer:
            walker.call("POST /api/v1/training-sessions/{id}/enrol", {}, id=session)
    walk.demo.let_pass_to(planned["starts_at"])
    late = newcomer(walk, "19760509")
    trainer.call("POST /api/v1/training-sessions/{id}/walk-in", {"phone": late.phone}, id=session)
    walk.demo.let_pass(SESSION_MINUTES + 1)
    people = [one["person"] for one in trainer.call("GET /api/v1/training-sessions/{id}/roll", id=session)]
    there = {"people": [{"person": one, "present": True} for one in people]}
    trainer.call("POST /api/v1/training-sessions/{id}/roll", there, id=session)
    said = {"people": [{"person": one, "result": "passed"} for one in people]}
    trainer.call("POST /api/v1/training-sessions/{id}/results", said, id=session)
    trainer.call("POST /api/v1/training-sessions/{id}/results/undo", {}, id=session)
    trainer.call("POST /api/v1/training-sessions/{id}/results", said, id=session)
    walk.demo.let_pass(11)
    record = wait_for(lambda: [one for one in late.get("/me/training")["trainings"] if one["state"] == "passed"])
    assert record[0]["minutes"] == SESSION_MINUTES, record


def other_session(walk):
    """A session of the demo's trainer, a day ahead."""
    trainer = walk.town.role("trainer")
    course = trainer.get("/courses")[0]["id"]
    return trainer.post("/training-sessions", a_session(walk.demo, course, 24 * 60))["id"]


def listed(walk):
    """Everybody finds somebody in a list who never asked for it: looks, refuses, takes it back, claims; two stay refused."""
    lines = [Listed(walk.new_phone(), f"197310{n + 10}", COMMUNITY) for n in range(len(walk.everybody) + 3)]
    bring_in(walk.town.role("community worker"), lines)
    cases = []
    for n, one in enumerate(lines):
        by = walk.everybody[n] if n < len(walk.everybody) else walk.guest
        found = by.call("POST /api/v1/identity/looks", one.look(by))
        assert found["found"] == "shown" and found["under"]["made"][0]["line"] == n + 2, found
        ticket = {"ticket": found["ticket"]}
        case = by.call("POST /api/v1/identity/refusals", ticket)["case"]
        if n >= len(walk.everybody):
            cases.append(case)
            continue
        by.call("POST /api/v1/identity/refusals/taken-back", ticket)
        by.call("POST /api/v1/identity/claims", ticket)
    deciders = [walk.worker, walk.security_administrator, walk.worker]
    for by, case, decision in zip(deciders, cases, ["uphold", "keep", "uphold"]):
        assert case in [one["id"] for one in by.call("GET /api/v1/cases")["cases"]]
        assert by.call("GET /api/v1/cases/{id}", id=case)["line"] > 1
        reason = {"decision": decision, "reason": "查了原始名单"}
        by.call("POST /api/v1/cases/{id}/decision", reason, id=case)
    for walker in walk.signed_in:
        walker.call("GET /api/v1/me/identity")
    walk.worker.call("POST /api/v1/people/{id}/refusal", {"phone": walk.new_phone()}, id=at_the_desk(walk, "里寒露"))


def at_the_desk(walk, name="里白露"):
    """A resident without a phone for whom the worker writes a need down; gives the resident's id."""
    need = {"category": "elderly", "day": "tomorrow", "for_name": name, "channel": "desk", "address": "3 栋 201"}
    walk.worker.call("POST /api/v1/needs", need)
    [found] = walk.worker.call("GET /api/v1/people", query={"q": name})["people"]
    return found["id"]


NEED = {"category": CATEGORY, "part": "any", "address": "3 栋 201"}


def needs(walk):
    worker, other_worker = walk.worker, walk.town.role("street worker")

    def verified(by, day, own=False):
        """A need that somebody asked and a worker looked at; nobody looks at their own."""
        need = by.post("/needs", NEED | {"day": day})["id"]
        (other_worker if own else worker).post(f"/needs/{need}/verify")
        return need

    # Nobody looks at these two until they are late.
    forgotten = [walk.town.number(NEIGHBOURS + 20 + n).post("/needs", NEED | {"day": "tomorrow"}) for n in range(2)]
    asked = {}
    for walker in walk.signed_in:
        need = walker.call("POST /api/v1/needs", NEED | {"day": "tomorrow"})["id"]
        walker.call("GET /api/v1/needs/{id}", id=need)
        walker.call("POST /api/v1/needs/{id}/time", {"day": "today", "part": "any"}, id=need)
        spare = walker.post("/needs", NEED | {"day": "tomorrow"})["id"]
        walker.call("POST /api/v1/needs/{id}/cancel", {}, id=spare)
        asked[walker.role] = need

    neighbour = walk.town.number(NEIGHBOURS)
    worker.call("GET /api/v1/needs/inbox")
    need = neighbour.post("/needs", NEED | {"day": "tomorrow"})["id"]
    worker.call("POST /api/v1/needs/{id}/verify", {}, id=need)
    worker.call("GET /api/v1/needs/{id}/candidates", id=need)
    # Who is asked is then left in peace, and the walkers are still needed: one of the street's volunteers.
    others = (walk.town.number(n).id for n in VOLUNTEERS)
    best = next(one for one in others if not worker.get(f"/needs/{need}/candidates/{one}")["rules"])
    worker.call("GET /api/v1/needs/{id}/candidates/{person}", id=need, person=best)
    worker.call("POST /api/v1/needs/{id}/dispatch", {"volunteers": [best]}, id=need)
    assert worker.call("GET /api/v1/needs/{id}/asking", id=need)["because"]
    worker.call("POST /api/v1/needs/{id}/take-back", {}, id=need)
    service = {"service": "街道便民服务中心", "phone": "027-5550 0100"}
    worker.call("POST /api/v1/needs/{id}/hand-over", service, id=need)
    need = neighbour.post("/needs", NEED | {"day": "tomorrow"})["id"]
    worker.call("POST /api/v1/needs/{id}/refuse", {"reason": "asked-twice"}, id=need)

    # Asked for one thing, a walker says no; promises another and gives it back.
    declined = {}
    for n, walker in enumerate(walk.signed_in):
        neighbour = walk.town.number(NEIGHBOURS + 1 + n)
        declined[walker.role] = verified(neighbour, "tomorrow")
        against = other_worker.get(f"/needs/{declined[walker.role]}/candidates/{walker.id}")["rules"]
        assert not against, f"{walker.role}: {against}"
        other_worker.post(f"/needs/{declined[walker.role]}/dispatch", {"volunteers": [walker.id]})
    # What is given back is asked of others at once, so nobody gives back before all were asked.
    for n, walker in enumerate(walk.signed_in):
        promised = verified(walk.town.number(NEIGHBOURS + 1 + n), "weekend")
        walker.call("POST /api/v1/needs/{id}/accept", {}, id=promised)
        walker.call("POST /api/v1/needs/{id}/give-back", {}, id=promised)
    walk.demo.let_pass(2)
    for walker in walk.signed_in:
        walker.call("POST /api/v1/needs/{id}/decline", {}, id=declined[walker.role])

    # Everybody helps the next in the row.
    pairs = list(zip(walk.signed_in, walk.signed_in[1:] + walk.signed_in[:1], strict=True))
    for asker, helper in pairs:
        need = asked[asker.role]
        other_worker.post(f"/needs/{need}/verify") if asker is worker else worker.post(f"/needs/{need}/verify")
        helper.call("POST /api/v1/needs/{id}/accept", {}, id=need)
    for asker, helper in pairs:
        walk.demo.let_pass_to(asker.get(f"/needs/{asked[asker.role]}")["starts_at"])
        helper.call("POST /api/v1/needs/{id}/start", {}, id=asked[asker.role])
        card = asker.call("POST /api/v1/cards", {})["token"]
        helper.call("POST /api/v1/card-readings", {"token": card, "kind": "arrived"})
        asker.call("POST /api/v1/cards/revoke", {})
    walk.demo.let_pass(VISIT_MINUTES)
    for asker, helper in pairs:
        need = asked[asker.role]
        helper.call("POST /api/v1/needs/{id}/done", {}, id=need)
        asker.call("POST /api/v1/needs/{id}/confirm", {"done": True, "rating": 3}, id=need)
        asker.call("POST /api/v1/needs/{id}/refuse-helper", {}, id=need)

    walk.demo.let_pass_to(max(worker.get(f"/needs/{one['id']}")["due_at"] for one in forgotten))
    walk.demo.let_pass(1)
    late = {one["id"] for one in worker.call("GET /api/v1/needs/overdue")["needs"]}
    for above, need in zip((worker, walk.system_administrator), forgotten, strict=True):
        assert need["id"] in late
        above.call("POST /api/v1/needs/{id}/urge", {}, id=need["id"])


def hotline(walk):
    """A call is taken, kept and sent; one who waits is called in vain, which is taken back, then reached, and asks for help."""
    for n, walker in enumerate((walk.operator, walk.worker)):
        walker.call("POST /api/v1/hotline/calls", {"number": f"027-555002{n:02}"})
        call = walker.call("GET /api/v1/hotline/call")["id"]
        asked = {"kind": "enquiry", "words": "几点开门？", "back": "today"}
        walker.call("POST /api/v1/hotline/calls/{id}/save", asked, id=call)
        walker.call("POST /api/v1/hotline/calls/{id}/send", asked, id=call)
        rang = {"number": f"1999300{n:04}", "at": walk.demo.now().isoformat()}
        missed = walker.call("POST /api/v1/hotline/missed", rang)["id"]
        assert missed in {one["id"] for one in walker.call("GET /api/v1/hotline/calls")["due"]}
        walker.call("POST /api/v1/hotline/calls/{id}/take", id=missed)
        walker.call("POST /api/v1/hotline/calls/{id}/settle", {"settled": "no_answer"}, id=missed)
        walker.call("POST /api/v1/hotline/calls/{id}/undo", id=missed)
        assert walker.call("POST /api/v1/hotline/calls/{id}/take", id=missed)["number"] == rang["number"]
        walker.call("POST /api/v1/hotline/calls/{id}/resume", id=missed)
        helped = {"name": "里寒露", "place": "社区", "category": CATEGORY, "day": "tomorrow"}
        assert walker.post(f"/hotline/calls/{missed}/send", helped)["need_number"]


def new_shift(walk, by, project, minutes):
    """A draft led by who makes it, beginning in so many minutes: its id and its times."""
    starts = walk.demo.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    body = {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=SHIFT_MINUTES)).isoformat(),
        "address": "一号楼门口",
        "places": PLACES,
        "leader": by.id,
    }
    return by.call("POST /api/v1/projects/{id}/shifts", body, id=project)["id"], body


def looks_like_no_service(walk, team):
    """What a leader publishes and does not look like volunteering waits for a worker, and opens without hours."""
    project = {"title": "季度例会", "summary": "坐下来开会。", "risk": "没有。", "category": "environment"}
    project = walk.leader.call("POST /api/v1/projects", project | {"organisation": team})["id"]
    shift, _ = new_shift(walk, walk.leader, project, 8 * 24 * 60)
    assert walk.leader.call("POST /api/v1/shifts/{id}/publish", {}, id=shift)["state"] == "waits"
    waits = walk.worker.call("GET /api/v1/kinds")
    review = next(one["id"] for one in waits if one["project"] == project)
    no = {"service": False, "reason": "开会不是志愿服务"}
    walk.worker.call("POST /api/v1/kinds/{id}/decision", no, id=review)
    without = walk.leader.call("POST /api/v1/shifts/{id}/publish", {"without_hours": True}, id=shift)
    assert without["state"] == "published"


def new_project(walk, by, division):
    team = by.call("POST /api/v1/teams", {"name": "里巷志愿队", "division": division})["id"]
    by.call("POST /api/v1/teams/{id}/leaders", {"phone": by.phone}, id=team)
    by.call("GET /api/v1/teams/{id}/leaders", id=team)
    for walker in walk.everybody:
        walker.call("GET /api/v1/teams/{id}/promptness", id=team)
    project = {"title": "楼道清洁", "summary": "扫一扫楼道。", "risk": "地滑。", "category": "environment"}
    return team, by.call("POST /api/v1/projects", project | {"organisation": team})["id"]


def shifts(walk):
    walk.demo.let_pass_until(9)
    served, walk.teams = {}, {}
    for at, leader in enumerate((walk.leader, walk.worker)):
        walk.teams[leader.role], project = new_project(walk, leader, STRICT)
        called_off, _ = new_shift(walk, leader, project, 7 * 24 * 60)
        leader.call("POST /api/v1/shifts/{id}/publish", {}, id=called_off)
        for walker in walk.signed_in:
            if (walker is walk.leader) == (leader is walk.worker):
                walker.call("POST /api/v1/shifts/{id}/sign-up", {}, id=called_off)
                walker.call("POST /api/v1/shifts/{id}/withdraw", {}, id=called_off)
        leader.call("POST /api/v1/shifts/{id}/cancel", {"reason": "下雨"}, id=called_off)

        shift, body = new_shift(walk, leader, project, 20 + at * 2 * SHIFT_MINUTES)
        leader.call("POST /api/v1/shifts/{id}/change", body | {"places": PLACES + 1, "note": ""}, id=shift)
        leader.call("POST /api/v1/shifts/{id}/publish", {}, id=shift)
        served[leader.role] = shift
    looks_like_no_service(walk, walk.teams[walk.leader.role])
    for walker in walk.signed_in:
        walker.call("POST /api/v1/shifts/{id}/sign-up", {}, id=served[leads(walk, walker).role])
    walk.forgets = newcomer(walk, "19760510")
    walk.forgets.post(f"/shifts/{served['leader']}/sign-up")
    walk.stranger = newcomer(walk, "19760511")
    walk.served = served


def leads(walk, walker):
    """Who leads the shift in which a walker serves: nobody is a witness of themselves."""
    return walk.worker if walker is walk.leader else walk.leader


def hours(walk):
    for leader in (walk.leader, walk.worker):
        shift = walk.served[leader.role]
        walk.demo.let_pass_to(walk.guest.call("GET /api/v1/shifts/{id}", id=shift)["starts_at"])
        serving = [walker for walker in walk.signed_in if leads(walk, walker) is leader]
        leader.call("POST /api/v1/shifts/{id}/walk-in", {"phone": walk.stranger.phone}, id=shift)
        roster = leader.call("GET /api/v1/shifts/{id}/roster", id=shift)
        now = [int(walk.demo.now().timestamp() * 1000), 0, 1]
        kept = {"text": roster["text"], "signature": roster["signature"], "issued": now, "sent": now}
        leader.call("POST /api/v1/shifts/{id}/roster", kept | {"notes": []}, id=shift)
        if leader is walk.leader:
            digits = leader.get(f"/shifts/{shift}/code")["digits"]
            walk.forgets.post(f"/shifts/{shift}/check-in", {"code": digits, "kind": "arrived"})
        leader.call("POST /api/v1/shifts/{id}/meeting-point", {"lat": 30.5931, "lon": 114.3054}, id=shift)
        for kind, wait in (("arrived", SHIFT_MINUTES), ("left", 1)):
            for walker in serving:
                digits = leader.call("GET /api/v1/shifts/{id}/code", id=shift)["digits"]
                walker.call("POST /api/v1/shifts/{id}/check-in", {"code": digits, "kind": kind}, id=shift)
                phone = {"lat": 30.5932, "lon": 114.3055, "accuracy_m": 25.0}
                told = walker.call("POST /api/v1/shifts/{id}/nearby", phone, id=shift)
                assert told == {"kind": kind, "hint": "inside"}
            walk.demo.let_pass(wait)
        roll = leader.call("GET /api/v1/shifts/{id}/roll", id=shift)
        came = [line["person"] for line in roll if line["person"] in {walker.id for walker in serving}]
        called = {"people": [{"person": person, "came": True} for person in came]}
        leader.call("POST /api/v1/shifts/{id}/roll", called, id=shift)
        leader.call("POST /api/v1/shifts/{id}/roll/undo", {}, id=shift)
        plan = walk.guest.call("GET /api/v1/shifts/{id}", id=shift)
        sheet = [{"person": one, "came_at": plan["starts_at"], "left_at": plan["ends_at"]} for one in came]
        leader.call("POST /api/v1/shifts/{id}/sheet/photos", picture(), id=shift)
        [photo] = leader.call("GET /api/v1/shifts/{id}/sheet/photos", id=shift)
        assert len(photo["sha256"]) == 64, photo
        leader.call("POST /api/v1/shifts/{id}/sheet", {"rows": sheet}, id=shift)
        leader.call("POST /api/v1/shifts/{id}/roll/undo", {}, id=shift)
        leader.call("POST /api/v1/shifts/{id}/roll", called, id=shift)
        team = leader.call("GET /api/v1/teams/{id}/members", id=walk.teams[leader.role])
        assert {walker.id for walker in serving} <= {one["person"] for one in team["members"]}, team
        for walker in serving:
            own = walker.call("GET /api/v1/me/hours")["open"][0]["attendance"]
            walker.call("GET /api/v1/attendance/{id}", id=own)
            walker.call("POST /api/v1/attendance/{id}/word", {"served": True}, id=own)
    own = walk.forgets.get("/me/hours")["open"][0]["attendance"]
    walk.forgets.post(f"/attendance/{own}/word", {"served": True})
    walk.worker.call("POST /api/v1/attendance/{id}/claim-answer", {"minutes": 20}, id=own)
    walk.demo.let_pass(15)

    # What the leader said becomes hours behind the answers.
    record = wait_for(lambda: walk.volunteer.call("GET /api/v1/me/hours")["records"])[0]["id"]
    mine = str(walk.worker.get("/me/hours"))
    reviews = wait_for(
        lambda: [one for one in walk.worker.call("GET /api/v1/reviews")["reviews"] if one["attendance"] not in mine]
    )
    walk.worker.call("POST /api/v1/reviews/{id}/decision", {"accept": True}, id=reviews[0]["id"])
    for walker in (walk.worker, walk.system_administrator, walk.security_administrator, walk.auditor, walk.audit_administrator):
        walker.call("GET /api/v1/typed-shares")
    for walker in (walk.auditor, walk.audit_administrator):
        walker.call("GET /api/v1/records/{id}/evidence", id=record)
        walker.call("GET /api/v1/alarms")
        walker.call("GET /api/v1/alarms/told")
    call_back(walk)
    code = proof(walk, walk.volunteer, record)
    for walker in walk.everybody:
        walker.call("GET /api/v1/verify/{code}", code=code)
    for walker in walk.signed_in:
        wait_for(lambda: walker.get("/me/hours")["records"])
        ticket = walker.call("POST /api/v1/certificates", {})["ticket"]
        walker.call("GET /api/v1/certificates/{ticket}", ticket=ticket)
    # When the day is over, whoever has the code gets the proof, and everybody that of their own hours.
    walk.demo.let_pass_until(9)
    wait_for(lambda: walk.volunteer.ask("GET", f"/api/v1/verify/{code}/proof")[0] == 200)
    for walker in walk.everybody:
        walker.call("GET /api/v1/verify/{code}/proof", code=code)
    for walker in walk.signed_in:
        walker.call("GET /api/v1/records/{id}/proof", id=walker.get("/me/hours")["records"][-1]["id"])
    today = walk.demo.now().date()
    notice = {"division": STREET, "first": str(today - timedelta(days=7)), "last": str(today)}
    notice |= {"until": str(today + timedelta(days=7))}
    notice = walk.worker.call("POST /api/v1/notices", notice)["id"]
    for walker in walk.everybody:
        assert notice in {one["id"] for one in walker.call("GET /api/v1/notices")}
        assert walker.call("GET /api/v1/notices/{id}", id=notice)["listing"]["has_unnamed"]
    walk.worker.call("POST /api/v1/notices/{id}/down", {"reason": "日子写错了"}, id=notice)
    walk.worker.call("POST /api/v1/verify/{code}/revoke", {"reason": "时长弄错了"}, code=code)
    walk.worker.call("POST /api/v1/records/{id}/corrections", {"minutes": 10}, id=record)


def wait_for(look):
    """What is there at last; the timers tick behind the answers."""
    end = time.monotonic() + SETTLED_SECONDS_MAX
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.2)
    assert found, "it never came"
    return found


def call_back(walk):
    """A sample is drawn, looked at, drawn again, taken away; one of its people is called, and was not there."""
    auditor = walk.auditor
    sample = auditor.call("POST /api/v1/samples", {"seed": "谷雨"})["id"]
    mine = str(auditor.get("/me/hours"))
    services = auditor.get(f"/samples/{sample}")["services"]
    number = next(one["number"] for one in services if one["attendance"] not in mine)
    reason, said = {"reason": "核实服务时长"}, {"outcome": "not_there"}
    phone = auditor.call("POST /api/v1/samples/{id}/calls/{number}/phone", reason, id=sample, number=number)
    assert phone["value"].startswith("1")
    auditor.call("POST /api/v1/samples/{id}/calls/{number}/outcomes", said, id=sample, number=number)
    volunteer = walk.volunteer.get("/me/volunteer")["number"]
    today = walk.demo.now().date().isoformat()
    for walker in (auditor, walk.audit_administrator):
        walker.call("GET /api/v1/samples")
        walker.call("GET /api/v1/samples/{id}", id=sample)
        again = walker.call("GET /api/v1/samples/{id}/again", id=sample)
        assert again["same"] == again["of"] > 0
        walker.call("GET /api/v1/samples/{id}/export", id=sample)
        walker.call("GET /api/v1/audit/export", query={"division": STREET, "from": today, "to": today})
        walker.call("GET /api/v1/audit/records", query={"number": volunteer})
    assert walk.worker.call("GET /api/v1/called")["services"]


def asked_about(walk):
    """Two teams have late hours that nobody had signed up for; the auditors are told in the night, look why, and close it."""
    unannounced = [newcomer(walk, f"197606{n + 10}") for n in range(3)]
    leader, auditors = walk.leader, (walk.auditor, walk.audit_administrator)
    for _ in auditors:
        _, project = new_project(walk, leader, STRICT)
        shift, body = new_shift(walk, leader, project, 5)
        leader.call("POST /api/v1/shifts/{id}/publish", {}, id=shift)
        walk.demo.let_pass_to(body["starts_at"])
        walk.demo.let_pass(1)
        for one in unannounced:
            leader.call("POST /api/v1/shifts/{id}/walk-in", {"phone": one.phone}, id=shift)
        walk.demo.let_pass(4 * 24 * 60)
        rows = [{"person": one.id, "came_at": body["starts_at"], "left_at": body["ends_at"]} for one in unannounced]
        leader.call("POST /api/v1/shifts/{id}/sheet", {"rows": rows, "reason": "sheet_late"}, id=shift)
        walk.demo.let_pass(15)
        for one in unannounced:
            own = wait_for(lambda: one.get("/me/hours")["open"])[0]["attendance"]
            one.post(f"/attendance/{own}/word", {"served": True})
            walk.worker.post(f"/attendance/{own}/claim-answer", {"minutes": SHIFT_MINUTES})
    walk.demo.let_pass_until(9)
    wait_for(lambda: len(walk.auditor.get("/alarms/told")) >= len(auditors))
    for walker, told in zip(auditors, walk.auditor.get("/alarms/told")):
        assert "concern" not in told and told["state"] == "open", told
        looked = walker.call("POST /api/v1/alarms/told/{id}/look", {"reason": "补录得很晚"}, id=told["id"])
        assert looked["concern"], looked
        walker.call("POST /api/v1/alarms/told/{id}/close", {"note": "打过电话，属实"}, id=told["id"])


def proof(walk, who, record):
    """The code of a proof, asked for as on the page: it is shown once, to its owner."""
    body = urllib.parse.urlencode({"key": str(uuid.uuid4()), "record": record}).encode()
    request = urllib.request.Request(f"{walk.demo.url}/v/cert", body, {"cookie": who.cookie})
    with urllib.request.urlopen(request, timeout=30) as page:
        return statement_code(page.read().decode())


def roles(walk):
    chief = walk.security_administrator
    chief.call("GET /api/v1/role-grants")
    # Everybody holds one role more for a moment, and gives it back.
    for walker in walk.signed_in:
        given = {"person": walker.phone, "role": "leader", "division": COMMUNITY}
        if walker is chief:
            grant = walk.town.role("security administrator").post("/role-grants", given)["id"]
        else:
            grant = chief.call("POST /api/v1/role-grants", given)["id"]
        walker.call("POST /api/v1/role-grants/{id}/end", id=grant)


def leave(walk):
    for walker in walk.everybody:
        walker.call("POST /api/v1/sign-out", {})


