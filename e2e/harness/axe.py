"""axe-core on one open page. The script comes out of a Python package, so no Node is needed."""

from importlib.resources import files

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

# Elder mode promises 7 : 1 for all text. WCAG asks 4.5 of "large" text, which 24 px is, so axe is told to make no difference.
_SEVEN_TO_ONE = {
    "checks": [
        {
            "id": "color-contrast-enhanced",
            "options": {
                "contrastRatio": {
                    "normal": {"expected": 7, "minThreshold": 4.5},
                    "large": {"expected": 7, "minThreshold": 3},
                }
            },
        }
    ]
}

# What axe cannot decide counts as a violation unless it stands here: (rule, part of the selector, why it is right).
_TEXT_OF_A_CHART = (
    "axe cannot see what is behind a text of an SVG; charts use ink on paper, which the token test holds at 12.8 : 1"
)
WAIVERS: list[tuple[str, str, str]] = [
    ("color-contrast", "text[", _TEXT_OF_A_CHART),
    ("color-contrast", "text:nth-child", _TEXT_OF_A_CHART),
]

# What breaks a rule and is right all the same.
EXCEPTIONS: list[tuple[str, str, str]] = [
    (
        "meta-refresh",
        'meta[http-equiv="refresh"]',
        "the leader's code changes every half minute, and a screen in a hall has nobody who would press anything; without "
        "scripts only this keeps old things from being shown, and nothing is typed on these pages (WCAG 2.2.1, essential)",
    ),
]


def axe(page, elder):
    """One sentence for each element that breaks a rule. Needs JavaScript on; content security policies do not hinder it."""
    rules = {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": elder}}
    page.evaluate(SCRIPT + "; undefined")
    page.evaluate("settings => axe.configure(settings)", _SEVEN_TO_ONE)
    result = page.evaluate(
        "options => axe.run(document, options)",
        {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules, "resultTypes": ["violations", "incomplete"]},
    )
    problems = []
    for kind in ("violations", "incomplete"):
        for rule in result[kind]:
            for node in rule["nodes"]:
                selector = " ".join(map(str, node["target"]))
                if not _waived(rule["id"], selector, EXCEPTIONS if kind == "violations" else WAIVERS):
                    problems.append(f"axe {kind} {rule['id']}: {selector}: {rule['help']}")
    return problems


def _waived(rule, selector, among):
    return any(rule == waived and part in selector for waived, part, _ in among)
