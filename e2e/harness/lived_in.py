"""A demo in which there is something of everything: for each page of one thing, somebody who may see it and which."""

import struct
import urllib.parse
import urllib.request
import uuid
import zlib
from datetime import timedelta

from harness.listed import Listed, bring_in, upload
from harness.people import Somebody

COMMUNITY = "420103002001"


SHIFT_MINUTES = 60
SESSION_MINUTES = 90


def new_project(worker, leader):
    """A project of a team that somebody leads, in which anybody may serve: (team, project)."""
    team = worker.post("/teams", {"name": "晨扫队", "division": COMMUNITY})["id"]
    worker.post(f"/teams/{team}/leaders", {"phone": leader.phone})
    project = {"title": "楼道清洁", "summary": "扫一扫楼道。", "risk": "地滑。", "category": "environment"}
    return team, worker.post("/projects", project | {"organisation": team})["id"]


def new_suspect(town, worker, leader, team):
    """A draft that looks like no volunteering and waits for a second person."""
    project = {"title": "手机使用培训", "summary": "教老人用手机。", "risk": "没有。", "category": "environment"}
    project = worker.post("/projects", project | {"organisation": team})["id"]
    return new_shift(town, worker, leader, project, 7 * 24 * 60, 2)


def new_shift(town, worker, leader, project, minutes, places):
    """A published shift that begins in so many minutes."""
    starts = town.demo.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    body = {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=SHIFT_MINUTES)).isoformat(),
        "address": "一号楼门口",
        "places": places,
        "leader": leader.id,
    }
    shift = worker.post(f"/projects/{project}/shifts", body)["id"]
    worker.post(f"/shifts/{shift}/publish")
    return shift


def a_session(demo, course, minutes, places=30, lasts=SESSION_MINUTES):
    """A session of a course that begins in so many minutes, as it is sent."""
    starts = demo.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    return {
        "course": course,
        "division": COMMUNITY,
        "address": "社区二楼教室",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=lasts)).isoformat(),
        "places": places,
    }


def course_of(trainer, gives):
    """The course of the demo that gives this."""
    return next(one["id"] for one in trainer.get("/courses") if one["gives"] == gives)


def picture(width=240, height=320):
    """A PNG of grey paper with a line on it."""
    rows = (b"\0" + bytes([40 if y == height // 2 else 225]) * width for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")


class Scene:
    """Made through the API by people of the demo, in the middle of a morning."""

    def __init__(self, town):
        self.town = town
        town.demo.let_pass_until(9)
        self.worker = town.role("street worker")
        self.leader = town.role("leader")
        self.resident = town.role("resident")
        self.trainer = town.role("trainer")
        self._training()
        self._needs()
        self._shift()
        self.station = self._one_station()
        # A line that says a name only.
        self.sheet = "/w/import/" + upload(self.worker, [["里小满"]])
        self.case = self._one_case()

    def _training(self):
        """A short session, over by the time it is looked at, whose roll is called."""
        session = a_session(self.town.demo, course_of(self.trainer, "first_aid"), 1, lasts=5)
        self.session = self.trainer.post("/training-sessions", session)["id"]
        self.learners = [self.town.number(n) for n in range(70, 73)]
        for learner in self.learners:
            learner.post(f"/training-sessions/{self.session}/enrol")
        self.town.demo.let_pass(7)
        there = [{"person": one.id, "present": n > 0} for n, one in enumerate(self.learners)]
        self.trainer.post(f"/training-sessions/{self.session}/roll", {"people": there})

    def _ask(self, day):
        body = {"category": "elderly", "day": day, "part": "any", "address": "3 栋 201", "detail": "请说话大声一点。"}
        need = self.resident.post("/needs", body)["id"]
        self.worker.post(f"/needs/{need}/verify")
        return need

    def _promised(self, need):
        best = self.worker.get(f"/needs/{need}/candidates")["candidates"][0]["person"]
        self.worker.post(f"/needs/{need}/dispatch", {"volunteers": [best]})
        self.town.demo.let_pass(2)
        helper = self.town.person(self.worker, best)
        helper.post(f"/needs/{need}/accept")
        return helper

    def _needs(self):
        self.open_need, self.done_need = self._ask("tomorrow"), self._ask("today")
        self.helper = self._promised(self.done_need)
        self.town.demo.let_pass_to(self.resident.get(f"/needs/{self.done_need}")["starts_at"])
        self.helper.post(f"/needs/{self.done_need}/start")
        self.town.demo.let_pass(50)
        self.helper.post(f"/needs/{self.done_need}/done")
        self.promised_need = self._ask("tomorrow")
        self.promised_helper = self._promised(self.promised_need)

    def _shift(self):
        self.team, project = new_project(self.worker, self.leader)
        self.shift = new_shift(self.town, self.worker, self.leader, project, 10, 2)
        self.suspect = new_suspect(self.town, self.worker, self.leader, self.team)
        pool = (self.town.number(n) for n in range(30, 60))
        free = (one for one in pool if one.ask("POST", f"/api/v1/shifts/{self.shift}/sign-up")[0] == 200)
        self.volunteer, _ = next(free), next(free)
        code = self.leader.get(f"/shifts/{self.shift}/code")["digits"]
        self.volunteer.post(f"/shifts/{self.shift}/check-in", {"code": code, "kind": "arrived"})
        self.leader.post(f"/shifts/{self.shift}/sheet/photos", picture())
        self.card = self.volunteer.post("/cards", {})["token"]
        # Right after somebody came, a card says nothing new.
        self.town.demo.let_pass(2)

    def _one_station(self):
        sample = next(r["sample"] for r in self.town.demo.routes() if r["path"] == "/w/places/{id}")
        return sample.rsplit("/", 1)[1]

    def _one_case(self):
        """Somebody refuses what a worker of the community listed; the street decides."""
        one = Listed("19992009000", "19740930", COMMUNITY)
        bring_in(self.town.role("community worker"), [one])
        guest = Somebody(self.town.demo)
        found = guest.post("/identity/looks", one.look(guest))
        return guest.post("/identity/refusals", {"ticket": found["ticket"]})["case"]

    def pages(self):
        """(pattern, who looks, address, words that must be on the page) for every page of one thing."""
        code = self.leader.get(f"/shifts/{self.shift}/code")["token"]
        need, shift = self.open_need, self.shift
        manages = self.town.role("system administrator")
        served = next(self._served())
        record = served.get("/me/hours")["records"][0]
        notice = self.resident.get("/notices")[0]["id"]
        auditor = self.town.role("auditor")
        sample = f"/x/samples/{auditor.get('/samples')['samples'][0]['id']}"
        return [
            ("/report/{year}", self.resident, f"/report/{self.town.demo.now().year}", "每月服务小时"),
            ("/notices/{id}", self.resident, f"/notices/{notice}", "编号后四位"),
            ("/places/{code}", self.resident, f"/places/{COMMUNITY}", "志愿服务站"),
            ("/w/places/{id}", manages, f"/w/places/{self.station}", "志愿服务站"),
            ("/w/people/{id}", self.worker, f"/w/people/{self.volunteer.id}", "志愿者"),
            ("/v/hours/{id}", served, f"/v/hours/{record['attendance']}", "凭据"),
            ("/v/cert/{ticket}", served, self._proof(served, record), "proof-issued"),
            ("/activities/{id}", self.volunteer, f"/activities/{shift}", "楼道清洁"),
            ("/team/shifts/{id}", self.leader, f"/team/shifts/{shift}", "楼道清洁"),
            ("/team/shifts/{id}/code", self.leader, f"/team/shifts/{shift}/code", "六位数"),
            ("/team/shifts/{id}/roll", self.leader, f"/team/shifts/{shift}/roll", "没来"),
            ("/team/shifts/{id}/offline", self.leader, f"/team/shifts/{shift}/offline", "没有网络时点名"),
            ("/team/shifts/{id}/card", self.leader, f"/team/shifts/{shift}/card", "八位数字"),
            ("/card/{token}", self.leader, f"/card/{self.card}", "走了"),
            ("/w/people/{id}/card", self.worker, f"/w/people/{self.volunteer.id}/card", "志愿者卡"),
            ("/team/shifts/{id}/sheet", self.leader, f"/team/shifts/{shift}/sheet", "尾号"),
            ("/team/shifts/{id}/sheet/enter", self.leader, f"/team/shifts/{shift}/sheet/enter", "录入签到表"),
            ("/team/shifts/{id}/sheet/photos", self.leader, f"/team/shifts/{shift}/sheet/photos", "传的"),
            ("/x/shifts/{id}/photos", self.town.role("auditor"), f"/x/shifts/{shift}/photos", "传的"),
            ("/c/{token}", self.volunteer, f"/c/{code}", "签退"),
            ("/shifts/{id}/check-in", self.volunteer, f"/shifts/{shift}/check-in", "楼道清洁"),
            ("/shifts/{id}/checked", self.volunteer, f"/shifts/{shift}/checked", "楼道清洁"),
            ("/need/{id}", self.resident, f"/need/{self.promised_need}", "会来"),
            ("/need/{id}/confirm", self.resident, f"/need/{self.done_need}/confirm", "没办好"),
            ("/w/needs/{id}", self.worker, f"/w/needs/{need}", "请说话大声一点"),
            ("/w/needs/{id}/why/{person}", self.worker, f"/w/needs/{need}/why/{self.volunteer.id}", ""),
            ("/w/import/{id}", self.worker, self.sheet, "有几处不对"),
            ("/w/cases/{id}", self.worker, f"/w/cases/{self.case}", "第 2 行"),
            ("/w/people/{id}/cover", self.worker, f"/w/people/{self.volunteer.id}/cover", "保险"),
            ("/w/people/{id}/phone", self.worker, f"/w/people/{self.volunteer.id}/phone", "手机"),
            ("/x/hours/{id}", auditor, f"/x/hours/{record['id']}", ""),
            ("/x/samples/{id}", auditor, sample, "属实"),
            ("/x/samples/{id}/again", auditor, f"{sample}/again", "全都一样"),
            ("/x/samples/{id}/calls/{number}", auditor, f"{sample}/calls/1", "记下来"),
            ("/team/shifts/{id}/edit", self.leader, f"/team/shifts/{shift}/edit", "一号楼门口"),
            ("/team/teams/{id}", self.worker, f"/team/teams/{self.team}", "晨扫队"),
            ("/teams/{id}", self.resident, f"/teams/{self.team}", "晨扫队"),
            ("/t/{id}/roll", self.trainer, f"/t/{self.session}/roll", "没来"),
            ("/t/{id}/results", self.trainer, f"/t/{self.session}/results", "没通过"),
            ("/training/{id}", self.learners[0], f"/training/{self.session}", "心肺复苏"),
            ("/tasks/{id}", self.helper, f"/tasks/{need}", "陪伴老人"),
            ("/tasks/{id}/visit", self.promised_helper, f"/tasks/{self.promised_need}/visit", "3 栋 201"),
        ]

    def _proof(self, who, record):
        """Where the proof is shown once that was asked for as on the page."""
        body = urllib.parse.urlencode({"key": str(uuid.uuid4()), "record": record["id"]}).encode()
        url = f"{self.town.demo.url}/v/cert"
        with urllib.request.urlopen(urllib.request.Request(url, body, {"cookie": who.cookie})) as answer:
            return urllib.parse.urlsplit(answer.url).path

    def _served(self):
        pool = (self.town.number(n) for n in range(5, 30))
        return (one for one in pool if one.get("/me/hours")["records"])
