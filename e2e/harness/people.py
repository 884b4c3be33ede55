"""People of the demo, acting through the API: what a test needs done before its journey begins, and who may do what."""

import http.client
import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

SESSION_COOKIE = "linli_session"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CODE_SECONDS_MAX = 15
AT_ONCE = 8
# A session of staff ends after eight hours.
SESSION_MINUTES_SURE = 6 * 60


class Somebody:
    """A person with a phone; signed in when first needed. `None` as phone is a guest."""

    def __init__(self, demo, phone=None):
        self.phone = phone
        self.demo = demo
        self._token, self._since, self._id = None, 0, None
        self._code_before = None
        # Signing in is limited by address; in life these people have one each.
        number = int(phone[-4:]) if phone else 0
        self._address = f"127.0.1.{1 + number % 250}"

    def ask(self, method, path, body=None, key=None):
        """One request: (status, what was answered)."""
        headers = {"accept": "application/json"}
        if self.phone:
            headers["authorization"] = f"Bearer {self.token}"
        return self._ask(method, path, body, key, headers)

    def get(self, path):
        """What a page of the API says; it must say something."""
        status, answer = self.ask("GET", f"/api/v1{path}")
        assert status == 200, f"GET {path}: {status} {answer}"
        return answer

    def post(self, path, body=None):
        """Does something through the API; it must be done."""
        status, answer = self.ask("POST", f"/api/v1{path}", {} if body is None else body)
        assert status in (200, 201), f"POST {path}: {status} {answer}"
        return answer

    @property
    def token(self):
        """The session's token. When the demo let so much time pass that the session may be over, there is a new one."""
        if not self.is_signed_in:
            self.send_code()
            self.sign_in()
        return self._token

    @property
    def id(self):
        """Who it is, as the API writes it."""
        return self.token and self._id

    @property
    def cookie(self):
        """The session as a browser sends it; nothing for a guest."""
        return f"{SESSION_COOKIE}={self.token}" if self.phone else ""

    def enter(self, context):
        """Gives a browser's profile this person's session."""
        if self.phone:
            context.add_cookies([{"name": SESSION_COOKIE, "value": self.token, "url": self.demo.url}])

    def send_code(self):
        self._code_before = code_of(self.demo.text("/demo/outbox"), self.phone)
        status, answer = self._ask("POST", "/api/v1/sign-in/codes", {"phone": self.phone}, None, {})
        assert status == 200, f"code for {self.phone}: {status} {answer}"

    def sign_in(self):
        body = {"phone": self.phone, "code": self._code()}
        status, answer = self._ask("POST", "/api/v1/sign-in", body, None, {})
        assert status == 200, f"{self.phone}: {status} {answer}"
        self.entered(answer)

    def entered(self, answer):
        """Takes the session that signing in or registering gave."""
        self._token, self._since, self._id = answer["token"], self.demo.passed, answer["person"]

    @property
    def is_signed_in(self):
        return self._token is not None and self.demo.passed - self._since < SESSION_MINUTES_SURE

    def _code(self):
        end = time.monotonic() + CODE_SECONDS_MAX
        while time.monotonic() < end:
            code = code_of(self.demo.text("/demo/outbox"), self.phone)
            # The message leaves behind the answer; until then the last one still lies there.
            if code and code != self._code_before:
                return code
            time.sleep(0.05)
        raise AssertionError(f"no code came for {self.phone}")

    def _ask(self, method, path, body, key, headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.demo.port, timeout=60, source_address=(self._address, 0)
        )
        headers = dict(headers)
        data = None
        if method == "POST":
            is_sheet = isinstance(body, bytes)
            headers |= {
                "content-type": SHEET if is_sheet else "application/json",
                "idempotency-key": key or str(uuid.uuid4()),
            }
            data = body if is_sheet else json.dumps({} if body is None else body)
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, (json.loads(text) if text[:1] in "[{" and text else text)


class Town:
    """Everybody of a demo, by phone, each signed in once."""

    def __init__(self, demo):
        self.demo = demo
        self._known = {}

    def of(self, phone):
        """The person with this phone; nobody's is the guest's."""
        if phone not in self._known:
            self._known[phone] = Somebody(self.demo, phone)
        return self._known[phone]

    def role(self, title):
        """The person whom the demo names so: the English words of a title, `community worker`."""
        for person in self.demo.json("/demo/people"):
            if person["title"].endswith(f" {title}"):
                return self.of(person["phone"])
        raise AssertionError(f"the demo names nobody `{title}`")

    def number(self, n):
        """The demo's `n`-th person; up to 119 volunteers, from there to 179 residents."""
        return self.of(f"199{n:08}")

    def person(self, worker, id):
        """The person with this id, as a worker who may see the card finds out."""
        return self.of(f"1990000{worker.get(f'/people/{id}')['phone_last4']}")

    def sign_in(self, people):
        """Signs in many at once; codes leave together."""
        waiting = [one for one in people if not one.is_signed_in]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(Somebody.send_code, waiting))
            list(pool.map(Somebody.sign_in, waiting))


def identity_number(born):
    """An invented identity card number of somebody born that day; sequence 999 is kept for people over a hundred."""
    body = f"420102{born}999"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]


def code_of(outbox, phone):
    """The newest code sent to this phone."""
    text = re.sub(r"<[^>]+>", " ", outbox)
    found = re.search(rf"{phone}(?:(?!199\d{{8}}).)*?(?<!\d)(\d{{6}})(?!\d)", text, re.DOTALL)
    return found.group(1) if found else None
