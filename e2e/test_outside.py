"""What somebody outside can check with files alone: the page that needs no network, in Chromium without one, and
`linli-verify`. Both say the same of the same files, of true ones and of changed ones."""

import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from harness import axe
from harness.browser import DESKTOP, PHONE, Variant, open_context
from harness.chapters import wait_for
from harness.demo import BINARY, Demo
from harness.walk import statement_code
from harness.people import Town

pytestmark = pytest.mark.browser

VERIFY = BINARY.with_name("linli-verify")
EXIT = {0: "genuine", 1: "false", 3: "unanchored"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Demo(tmp_path_factory.mktemp("outside")) as demo:
        yield demo


@pytest.fixture(scope="module")
def files(demo, tmp_path_factory):
    """A certificate, its proof, the proof of a record, and what somebody keeps; the day is over."""
    folder = tmp_path_factory.mktemp("files")
    who = next(one for one in map(Town(demo).number, range(60)) if one.get("/me/hours")["records"])

    def ask(path, body=None):
        data = None if body is None else urllib.parse.urlencode(body).encode()
        request = urllib.request.Request(demo.url + path, data, {"cookie": who.cookie})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.url, answer.read()

    shown, page = ask("/v/cert", {"key": str(uuid.uuid4()), "scope": "all"})
    code = statement_code(page.decode())
    ticket = urllib.parse.urlsplit(shown).path
    record = who.get("/me/hours")["records"][-1]["id"]
    demo.let_pass_until(3)

    def sealed():
        """Days are closed behind the answers."""
        try:
            return "node" in json.loads(ask(f"/api/v1/verify/{code}/proof")[1])
        except urllib.error.HTTPError:
            return False

    wait_for(sealed)
    saved = {
        "certificate.pdf": f"{ticket}/linli.pdf",
        "certificate.proof.json": f"/api/v1/verify/{code}/proof",
        "record.proof.json": f"/api/v1/records/{record}/proof",
        "roots.txt": "/transparency/roots.txt",
        "revoked.txt": "/transparency/revoked.txt",
        "check.html": "/transparency/check.html",
    }
    for name, path in saved.items():
        (folder / name).write_bytes(ask(path)[1])
    proof = (folder / "certificate.proof.json").read_text()
    minutes = re.search(r'\\"grades\\":\{\\"[a-d]\\":(\d+)', proof)
    changed = proof[: minutes.start(1)] + str(int(minutes[1]) + 60) + proof[minutes.end(1) :]
    (folder / "changed.proof.json").write_text(changed)
    row = json.loads((folder / "record.proof.json").read_text())
    at = next(at for at, (name, _) in enumerate(row["row"]["columns"]) if name == "minutes")
    row["row"]["columns"][at][1] += 60
    (folder / "changed-record.proof.json").write_text(json.dumps(row))
    roots = (folder / "roots.txt").read_text()
    day = json.loads(proof)["day"]["line"]["text"].split()[5]
    (folder / "other-roots.txt").write_text(roots.replace(day, "0" * 64))
    stranger = "04" + "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7" + (
        "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
    )
    (folder / "stranger.txt").write_text(f"key {stranger}\n")
    return folder


CASES = [
    ("genuine", ["certificate.pdf", "certificate.proof.json"], ["roots.txt"], True),
    ("genuine", ["certificate.pdf"], ["roots.txt"], True),
    ("genuine", ["record.proof.json"], ["roots.txt"], False),
    ("unanchored", ["certificate.proof.json"], [], True),
    ("false", ["changed.proof.json"], ["roots.txt"], True),
    ("false", ["changed-record.proof.json"], ["roots.txt"], False),
    ("false", ["certificate.pdf", "record.proof.json"], ["roots.txt"], True),
    ("false", ["certificate.pdf", "certificate.proof.json"], ["other-roots.txt"], True),
    ("false", ["certificate.pdf", "certificate.proof.json"], ["stranger.txt"], True),
]


@pytest.mark.parametrize("wanted,given,roots,with_list", CASES, ids=lambda one: str(one))
def test_page_and_command_say_the_same_without_a_network(browser, files, wanted, given, roots, with_list):
    known = roots + (["revoked.txt"] if with_list else [])
    command = [VERIFY, *(files / name for name in given)]
    command += [word for name in roots for word in ("--roots", files / name)]
    command += ["--revoked", files / "revoked.txt"] if with_list else []
    run = subprocess.run(command, capture_output=True, text=True)
    assert EXIT.get(run.returncode) == wanted, run.stdout + run.stderr
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN", offline=True)
    page = context.new_page()
    page.goto((files / "check.html").as_uri())
    page.set_input_files("#files", [files / name for name in given + known])
    page.wait_for_selector("#answer:not([hidden])")
    answer = page.locator("#answer")
    assert answer.get_attribute("data-verdict") == wanted, answer.inner_text() + run.stdout
    context.close()


def test_the_page_can_be_used_by_everybody(browser, demo, files):
    for viewport in (PHONE, DESKTOP):
        context = open_context(browser, demo.url, Variant("std", True, viewport))
        page = context.new_page()
        page.goto("/transparency/check.html")
        page.set_input_files("#files", [files / "certificate.pdf", files / "roots.txt"])
        page.wait_for_selector("#answer.good")
        assert axe.axe(page, False) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("#answer h2:text-is('Genuine')")
        context.close()


def test_what_is_no_certificate_is_told(files):
    for given, words in [(["roots.txt"], "既不是"), (["certificate.pdf"] * 2, "一次只核对"), ([], "Usage")]:
        run = subprocess.run([VERIFY, *(files / name for name in given)], capture_output=True, text=True)
        assert run.returncode == 2 and words in run.stderr, run.stdout + run.stderr
