"""The walk through the API: somebody of each role, valid calls on things that are there, and who got what.

`crates/server/src/tests/rights.txt` says who may use an operation. Before an operation is called the first time by somebody
who may, everybody who may not tries the very same call."""

import re
import urllib.parse
from collections import defaultdict

from harness.demo import ROOT
from harness.people import Somebody

RIGHTS = ROOT / "crates/server/src/tests/rights.txt"
GUEST = "guest"
SIGNED_IN = "signed-in"
ROLES = [
    "resident",
    "volunteer",
    "leader",
    "worker",
    "operator",
    "system_administrator",
    "security_administrator",
    "audit_administrator",
    "auditor",
    "trainer",
]
# What a guest who must sign in is told, who has the wrong role, or who may not even know.
REFUSED = {401, 403, 404}


def rights():
    """Who may call each operation of the API, as the table of rights has it: `{"GET /api/v1/tasks": {"resident", …}}`."""
    table = {}
    for line in RIGHTS.read_text().splitlines():
        method, path, *who = line.split()
        if path.startswith("/api/"):
            table[f"{method} {path}"] = set().union(*(_roles(word) for word in who))
    return table


def _roles(word):
    return {GUEST: {GUEST, *ROLES}, SIGNED_IN: set(ROLES)}.get(word, {word})


class Walker(Somebody):
    """Somebody of one role who walks through the API; with no phone the guest."""

    def __init__(self, walk, role, phone=None):
        super().__init__(walk.demo, phone)
        self.walk, self.role = walk, role

    def call(self, operation, body=None, query=None, **parts):
        """Calls an operation, which must be done; gives what was answered."""
        method, pattern = operation.split(" ")
        path = pattern.format(**parts) + (f"?{urllib.parse.urlencode(query)}" if query else "")
        self.walk.try_without_right(operation, method, path, body)
        status, answer = self.ask(method, path, body)
        self.walk.note(operation, self.role, status, answer)
        return answer


class Walk:
    """Who walks, and which operation was answered how for whom."""

    def __init__(self, town):
        self.town, self.demo = town, town.demo
        self.rights = rights()
        self.guest = Walker(self, GUEST)
        self.walkers = {role: Walker(self, role, f"1999100{n:04}") for n, role in enumerate(ROLES)}
        self.done = defaultdict(set)
        self.wrong = []
        self._tried = set()

    def __getattr__(self, role):
        """The walker of a role: `walk.worker`."""
        try:
            return self.__dict__["walkers"][role]
        except KeyError:
            raise AttributeError(role) from None

    @property
    def signed_in(self):
        return list(self.walkers.values())

    @property
    def everybody(self):
        return [self.guest, *self.signed_in]

    def note(self, operation, role, status, answer):
        if 200 <= status < 300:
            self.done[operation].add(role)
        else:
            raise AssertionError(f"{operation} as {role}: {status} {answer}")

    def try_without_right(self, operation, method, path, body):
        """Whoever may not must be refused, though the call is a good one."""
        if operation in self._tried:
            return
        self._tried.add(operation)
        for one in self.everybody:
            if one.role in self.rights[operation]:
                continue
            status, answer = one.ask(method, path, body)
            if status not in REFUSED:
                self.wrong.append(f"{operation} as {one.role}, who may not: {status} {answer}")

    def missing(self, operations):
        """Sentences: each operation that somebody may use and was never done for."""
        return [
            f"{operation} was never done as {role}: it needs a step in harness/chapters.py"
            for operation in sorted(operations)
            for role in [GUEST, *ROLES]
            if role in self.rights[operation] and role not in self.done[operation]
        ]

    def new_phone(self):
        """A phone that nobody has yet."""
        self._phones = self.__dict__.get("_phones", 0) + 1
        return f"1999200{self._phones:04}"

    def code(self, phone):
        """The code that was sent to this phone."""
        return Somebody(self.demo, phone)._code()


def statement_code(page):
    """The code on a page of proof."""
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}", page)
    assert found, page
    return found.group()
