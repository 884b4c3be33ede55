"""Debian's Chromium under Playwright, and the variants in which every page is seen."""

from dataclasses import dataclass

CHROMIUM = "/usr/bin/chromium"

FLAGS = [
    "--no-sandbox",  # the CI is root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PHONE = (360, 740)
DESKTOP = (1280, 800)


@dataclass(frozen=True)
class Variant:
    """One way of looking at a page."""

    size: str  # "std" or "elder", as in <html data-size>
    javascript: bool
    viewport: tuple[int, int]
    contrast: str = "normal"  # or "high"

    def __str__(self):
        script = "js" if self.javascript else "nojs"
        contrast = "" if self.contrast == "normal" else f"-{self.contrast}"
        return f"{self.size}-{script}-{self.viewport[0]}{contrast}"


VARIANTS = [
    Variant(size, javascript, viewport)
    for size in ("std", "elder")
    for javascript in (True, False)
    for viewport in (PHONE, DESKTOP)
]

# Who is signed in sees the same page laid out the same way: the two that differ most, and high contrast in both sizes.
SIGNED_IN_VARIANTS = [
    Variant("std", True, PHONE),
    Variant("elder", False, PHONE),
    Variant("std", True, DESKTOP, "high"),
    Variant("elder", True, PHONE, "high"),
]

# A journey is walked on a phone; the desktop changes the layout, not the steps.
JOURNEY_VARIANTS = [variant for variant in VARIANTS if variant.viewport == PHONE]


def launch(playwright):
    """The installed browser; nothing is downloaded."""
    return playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)


def open_context(browser, base_url, variant):
    """A fresh profile in this variant. The size is in the cookie that `/prefs` sets."""
    width, height = variant.viewport
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": height},
        java_script_enabled=variant.javascript,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    chosen = {"size": variant.size, "contrast": variant.contrast}
    context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in chosen.items()])
    return context
