"""Checks of one open page: target sizes, text sizes, reflow, language. They read the page through the debugger, so they
see the same with JavaScript on and off. Thresholds: MIIT's rules for elder-friendly sites (60 × 60 in elder mode, 44 × 44
elsewhere), WCAG 2.2 (24 on dense staff pages, 1.4.10 reflow at 320 px)."""

from .browser import DESKTOP

TARGET_MIN = {"std": 44, "elder": 60}
TARGET_MIN_STAFF_DESKTOP = 24
TEXT_MIN = {"std": 15, "elder": 20}
BODY_MIN = {"std": 17, "elder": 24}
PARAGRAPH_LINE_MIN = 1.5
REFLOW_WIDTH = 320

STAFF = ("/w", "/a", "/h", "/x")

# A target's box may be given by its label, and rendering rounds to 1/64 px.
_TARGETS = """minimum => {
  const problems = [];
  const says = element => element.outerHTML.replace(/\\s+/g, ' ').slice(0, 100);
  // A link is running text when its own paragraph says more than the link does (WCAG 2.5.8, "inline").
  const running = element => {
    if (getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, dd, td, th, figcaption, label, legend, blockquote');
    if (!block) return false;
    const rest = block.cloneNode(true);
    rest.querySelectorAll('a, button').forEach(target => target.remove());
    return /[\\p{L}\\p{N}]/u.test(rest.textContent);
  };
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')) {
    if (element.type === 'hidden' || running(element) || !element.checkVisibility({visibilityProperty: true})) continue;
    const boxes = [element, ...(element.labels || [])].map(part => part.getBoundingClientRect());
    const outside = boxes.every(box => box.right + scrollX <= 0 || box.bottom + scrollY <= 0 || box.width * box.height <= 1);
    if (outside) continue;
    const wide = Math.max(...boxes.map(box => box.width)), high = Math.max(...boxes.map(box => box.height));
    if (wide < minimum - 0.1 || high < minimum - 0.1)
      problems.push(`target ${wide.toFixed(1)} x ${high.toFixed(1)} < ${minimum}: ${says(element)}`);
  }
  return problems;
}"""

_TEXT = """([textMin, bodyMin, lineMin]) => {
  const problems = [];
  const body = parseFloat(getComputedStyle(document.body).fontSize);
  if (body < bodyMin - 0.1) problems.push(`body text ${body} px < ${bodyMin}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement, words = node.textContent.trim();
    if (!words || element.closest('script, style, template, noscript, svg [aria-hidden=true]')) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const box = element.getBoundingClientRect();
    if (box.width * box.height <= 1) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    if (size < textMin - 0.1) problems.push(`text ${size} px < ${textMin}: ${words.slice(0, 40)}`);
    const line = parseFloat(style.lineHeight);
    if (element.matches('p, li, dd') && line < size * lineMin - 0.1)
      problems.push(`line ${(line / size).toFixed(2)} < ${lineMin}: ${words.slice(0, 40)}`);
  }
  return problems;
}"""


def is_staff(path):
    """Whether the page is one of the dense ones for people at work."""
    return any(path == root or path.startswith((root + "/", root + "?")) for root in STAFF)


def target_sizes(page, variant, path):
    """Every control outside running text is large enough to be hit."""
    minimum = TARGET_MIN[variant.size]
    dense = is_staff(path) or page.locator("body.staff").count() == 1
    if variant.size == "std" and variant.viewport == DESKTOP and dense:
        minimum = TARGET_MIN_STAFF_DESKTOP
    return page.evaluate(_TARGETS, minimum)


def text_sizes(page, variant):
    """No text below the floor, body text and line height as promised."""
    return page.evaluate(_TEXT, [TEXT_MIN[variant.size], BODY_MIN[variant.size], PARAGRAPH_LINE_MIN])


def document_basics(page, variant):
    """Language, one `<h1>`, the mode that was asked for."""
    problems = []
    language = page.evaluate("() => document.documentElement.lang")
    if language != "zh-CN":
        problems.append(f"<html lang> is {language!r}")
    headings = page.locator("h1").count()
    if headings != 1:
        problems.append(f"{headings} <h1>")
    size = page.evaluate("() => document.documentElement.dataset.size")
    if size != variant.size:
        problems.append(f"<html data-size> is {size!r}, asked for {variant.size}")
    return problems


# What ends furthest to the right without holding anything that does.
WIDEST = """() => {
    const right = element => element.getBoundingClientRect().right;
    const all = [...document.body.querySelectorAll("*")].sort((a, b) => right(b) - right(a));
    const widest = all.find(element => right(element) === right(all[0]) && !all.some(
        other => element !== other && element.contains(other) && right(other) === right(element)));
    return widest.outerHTML.slice(0, 160);
}"""


def reflow(page):
    """No horizontal scrolling at 320 px. Leaves the window at its former size."""
    before = page.viewport_size
    page.set_viewport_size({"width": REFLOW_WIDTH, "height": before["height"]})
    wide = page.evaluate("() => document.scrollingElement.scrollWidth")
    widest = page.evaluate(WIDEST) if wide > REFLOW_WIDTH else None
    page.set_viewport_size(before)
    return [f"{wide} px wide in a window of {REFLOW_WIDTH}: {widest}"] if widest else []
