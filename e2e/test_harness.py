"""The checks themselves: a good page passes all of them, and each known fault is found. A check that cannot fail would
prove nothing about Linli's pages."""

import pytest
from harness.axe import axe
from harness.browser import DESKTOP, PHONE, Variant, open_context
from harness.demo import newest_code
from harness.journey import ADULT, ELDER, Cost, Journey
from harness.page_checks import document_basics, reflow, target_sizes, text_sizes
from harness.small_site import Answer, SmallSite
from harness.weight import first_view, weight

pytestmark = pytest.mark.browser

STD = Variant("std", True, PHONE)
ELDER_MODE = Variant("elder", True, PHONE)

GOOD_STYLE = {
    "std": "body{font-size:17px;line-height:1.7;margin:16px;color:#1b2a26;background:#fff}",
    "elder": "body{font-size:24px;line-height:1.7;margin:16px;color:#1b2a26;background:#fff}",
}
GOOD_BUTTON = "<button style='min-width:64px;min-height:64px;font-size:1em'>找人帮忙</button>"


def document(body, size="std", style="", lang="zh-CN", head=""):
    """A page that is right but for what the test puts in."""
    return (
        f"<!doctype html><html lang='{lang}' data-size='{size}'><head><meta charset=utf-8><title>松园社区</title>"
        f"<meta name=viewport content='width=device-width,initial-scale=1'>{head}"
        f"<link rel=icon href='data:,'><style>{GOOD_STYLE[size]}{style}</style></head>"
        f"<body><main><h1 style='font-size:1.5em'>松园社区</h1>{body}</main></body></html>"
    )


@pytest.fixture
def site():
    """Pages by path, filled in by the test; everything forbidden that a strict site forbids."""
    pages = {}

    def answer(_method, path):
        body = pages.get(path.split("?")[0], document("<p>起点</p>"))
        strict = {"content-security-policy": "default-src 'self'; style-src 'unsafe-inline'; img-src data:"}
        return body if isinstance(body, Answer) else Answer(body, headers=strict)

    with SmallSite(answer) as server:
        server.pages = pages
        yield server


@pytest.fixture
def show(site, browser):
    """Opens a body in a variant: `show("<p>…</p>", STD)` gives the tab."""
    contexts = []

    def open_page(html, variant=STD):
        site.pages["/shown"] = html
        context = open_context(browser, site.url, variant)
        contexts.append(context)
        page = context.new_page()
        page.goto("/shown")
        return page

    yield open_page
    for context in contexts:
        context.close()


def all_problems(page, variant):
    found = document_basics(page, variant) + target_sizes(page, variant, "/") + text_sizes(page, variant)
    found += reflow(page)
    if variant.javascript:
        found += axe(page, elder=variant.size == "elder")
    return found


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
@pytest.mark.parametrize("size", ["std", "elder"])
def test_a_good_page_has_no_problem(show, size, javascript):
    variant = Variant(size, javascript, PHONE)
    text = f"<p>今天下午<a href='/a'>陪诊</a>,请提前十分钟到。</p>{GOOD_BUTTON}<input type=hidden name=token>"
    assert all_problems(show(document(text, size), variant), variant) == []


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("<img src='data:,' width=64 height=64>", "image-alt"),
        ("<p style='color:#999'>看不清</p>", "color-contrast"),
        ("<input style='min-width:64px;min-height:64px;font-size:1em'>", "label"),
        ("<button style='width:20px;height:20px'>甲</button><button style='width:20px;height:20px'>乙</button>", "target-size"),
        ("<h3 style='font-size:1em'>跳级</h3>", "heading-order"),
    ],
)
def test_axe_finds(show, fault, rule):
    assert any(f" {rule}:" in problem for problem in axe(show(document(fault)), elder=False))


def test_axe_finds_a_page_that_forbids_zoom(show):
    html = document("<p>文</p>").replace("initial-scale=1", "initial-scale=1,user-scalable=no")
    assert any("meta-viewport" in problem for problem in axe(show(html), elder=False))


def test_elder_mode_asks_for_more_contrast(show):
    page = show(document("<p style='color:#667570'>4.83 : 1</p>", "elder"), ELDER_MODE)
    assert axe(page, elder=False) == []
    assert any("color-contrast-enhanced" in problem for problem in axe(page, elder=True))


def button(pixels):
    return f"<button style='width:{pixels}px;height:{pixels}px;font-size:16px'>好</button>"


@pytest.mark.parametrize(
    ("variant", "path", "smallest"),
    [
        (STD, "/", 44),
        (ELDER_MODE, "/", 60),
        (ELDER_MODE, "/w", 60),
        (STD, "/w", 44),
        (Variant("std", False, DESKTOP), "/w/people", 24),
        (Variant("std", False, DESKTOP), "/welcome", 44),
    ],
    ids=str,
)
def test_targets_are_measured(show, variant, path, smallest):
    assert target_sizes(show(document(button(smallest), variant.size), variant), variant, path) == []
    found = target_sizes(show(document(button(smallest - 1), variant.size), variant), variant, path)
    assert len(found) == 1 and "target" in found[0]


def test_a_link_alone_in_its_paragraph_is_no_running_text(show):
    assert target_sizes(show(document("<p><a href='/a'>陪诊</a></p>")), STD, "/") != []
    assert target_sizes(show(document("<p>先看<a href='/a'>陪诊</a></p>")), STD, "/") == []


def test_a_label_enlarges_its_box(show):
    box = "<label style='display:block;min-height:48px'><input type=checkbox>同意</label>"
    assert target_sizes(show(document(box)), STD, "/") == []
    assert target_sizes(show(document("<input type=checkbox aria-label=同意>")), STD, "/") != []


def test_small_text_is_found(show):
    assert text_sizes(show(document("<p style='font-size:14px'>小</p>")), STD) != []
    assert text_sizes(show(document("<p>文</p>", style="body{font-size:16px}")), STD) != []
    assert text_sizes(show(document("<p style='line-height:1.2'>挤</p>")), STD) != []
    assert text_sizes(show(document("<p style='font-size:18px'>小</p>", "elder"), ELDER_MODE), ELDER_MODE) != []


def test_document_faults_are_found(show):
    assert document_basics(show(document("", lang="en")), STD) != []
    assert document_basics(show(document("<h1>又一个</h1>")), STD) != []
    assert document_basics(show(document("", "std")), ELDER_MODE) != []


def test_a_wide_page_is_found(show):
    assert reflow(show(document("<div style='width:400px'>宽</div>"))) != []


def test_weight_counts_bytes_and_requests(site, browser):
    heavy = "<p>" + "邻" * 30_000 + "</p>"
    site.pages["/heavy"] = document(heavy)
    site.pages["/many"] = Answer(document("".join(f"<img alt='' src='/{n}.png'>" for n in range(9))))
    site.pages["/light"] = document("<p>轻</p>")
    context = open_context(browser, site.url, STD)
    size, requests = first_view(context, "/light")
    assert requests == 1 and 300 < size < 3_000
    assert weight(context, "/light") == []
    assert any("bytes" in problem for problem in weight(context, "/heavy"))
    assert any("requests" in problem for problem in weight(context, "/many"))
    context.close()


def form(heading, action, inside):
    return document(f"<form action='{action}'>{inside}{GOOD_BUTTON}</form>").replace("松园社区</h1>", f"{heading}</h1>")


def journey_pages(site):
    site.pages["/"] = document("<a href='/need'>求助</a>")
    site.pages["/need"] = form("要什么", "/check", "<input name=what aria-label=什么>")
    site.pages["/check"] = form("看一看", "/done", "")
    site.pages["/done"] = document("<p data-done='need-posted'>我们收到了</p>")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_a_journey_is_counted(site, browser, javascript):
    journey_pages(site)
    variant = Variant("std", javascript, PHONE)
    context = open_context(browser, site.url, variant)
    journey = Journey(context, variant, "/")
    journey.tap(journey.page.get_by_role("link"))
    journey.write(journey.page.locator("input"), "陪诊")
    journey.tap(journey.page.get_by_role("button"))
    journey.enter(journey.page.get_by_role("button"))
    cost = journey.finish("need-posted")
    assert cost == Cost(screens=2, taps=4, keys=2)
    context.close()


def test_an_action_past_the_journey_is_found(site, browser):
    journey_pages(site)
    context = open_context(browser, site.url, STD)
    journey = Journey(context, STD, "/check")
    journey.page.get_by_role("button").click()
    with pytest.raises(AssertionError, match="heard 1 taps"):
        journey.finish("need-posted")
    context.close()


def test_a_new_heading_is_a_screen(site, browser):
    script = "onclick=\"document.querySelector('h1').textContent='换了';this.dataset.done='x'\""
    site.pages["/swap"] = Answer(document(GOOD_BUTTON.replace("<button", f"<button {script}")))
    context = open_context(browser, site.url, STD)
    journey = Journey(context, STD, "/swap")
    journey.tap(journey.page.get_by_role("button"))
    journey.page.wait_for_timeout(50)
    assert journey.finish("x") == Cost(screens=0, taps=1, keys=0)
    journey.tap(journey.page.get_by_role("button"))
    assert journey.finish("x") == Cost(screens=1, taps=2, keys=0)
    context.close()


def test_the_time_model():
    """The first row of the design's table: three screens and five taps take an elder 33 s."""
    assert Cost(screens=3, taps=5, keys=0).seconds(ELDER) == 33
    assert Cost(screens=3, taps=8, keys=22).seconds(ELDER) == 97
    assert Cost(screens=3, taps=8, keys=22).seconds(ADULT) == 32


def test_the_newest_code_is_read():
    assert newest_code("<li>13800000000: 验证码 042917,5 分钟内有效</li><li>验证码 111111</li>") == "042917"
    with pytest.raises(AssertionError):
        newest_code("没有消息")
