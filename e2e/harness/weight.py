"""What a first view costs over the wire, measured by the browser itself."""

from dataclasses import dataclass

from .page_checks import is_staff


@dataclass(frozen=True)
class Budget:
    """The most a page may cost: bytes as transferred (compressed, headers included), and requests."""

    bytes: int
    requests: int


RESIDENT = Budget(60_000, 6)
PUBLIC_LIST = Budget(100_000, 10)
STAFF = Budget(150_000, 12)
SCREEN = Budget(200_000, 12)

PUBLIC_LISTS = ("/activities", "/board", "/tasks", "/transparency", "/places", "/report")


def budget(path):
    """The budget of the class a page belongs to."""
    if path.startswith("/screen"):
        return SCREEN
    if is_staff(path):
        return STAFF
    return PUBLIC_LIST if path.startswith(PUBLIC_LISTS) else RESIDENT


def first_view(context, path):
    """Opens the page with an empty cache and says (bytes, requests)."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    finished, addresses = [], set()
    session.on("Network.loadingFinished", lambda event: finished.append(event["encodedDataLength"]))
    # The mark is asked for twice, as picture and as icon; a browser with its cache on fetches it once.
    session.on("Network.requestWillBeSent", lambda event: addresses.add(event["request"]["url"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(path, wait_until="networkidle")
    page.close()
    return round(sum(finished)), len(addresses)


def weight(context, path):
    """Whether the first view keeps within its budget."""
    size, requests = first_view(context, path)
    allowed = budget(path)
    problems = []
    if size > allowed.bytes:
        problems.append(f"{size} bytes > {allowed.bytes}")
    if requests > allowed.requests:
        problems.append(f"{requests} requests > {allowed.requests}")
    if requests == 0:
        problems.append("nothing was measured")
    return problems
