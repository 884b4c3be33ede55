"""Counts what a task costs a person: screens, taps, keys.

A test acts through a [`Journey`] only. It counts each action itself, which works without JavaScript too; with
JavaScript on it also listens to `pointerdown` and Enter on controls in the page and refuses to finish when the two
counts differ, so that an action past the journey is found.
"""

from dataclasses import dataclass

_LISTENER = """
for (const [kind, wanted] of [['pointerdown', () => true], ['keydown', event => event.key === 'Enter']])
  addEventListener(kind, event => {
    const control = event.target.closest?.('a, button, input, select, textarea, summary, label, [role=button]');
    if (control && wanted(event)) window.journeyHeard();
  }, {capture: true});
"""


@dataclass(frozen=True)
class Person:
    """How long a person needs: seconds a screen, a tap, a key, and for a screen to arrive."""

    screen_s: float
    tap_s: float
    key_s: float
    network_s: float


ELDER = Person(4.0, 3.0, 2.5, 2.0)
ADULT = Person(2.0, 1.5, 0.5, 1.0)


@dataclass(frozen=True)
class Cost:
    """What a finished task took."""

    screens: int
    taps: int
    keys: int

    def seconds(self, person):
        """The modelled time of the whole task."""
        return (
            (person.screen_s + person.network_s) * self.screens + person.tap_s * self.taps + person.key_s * self.keys
        )

    def summary(self):
        """The three counts, and the modelled time of an elder."""
        return f"{self.screens}/{self.taps}/{self.keys} {self.seconds(ELDER):.0f} s"


class Journey:
    """One task from its start page to its finish marker.

    A screen is a new document or a new `<h1>` after the start page. The page that shows the finish marker is no screen:
    nothing is left to do on it. A tap is a pointer activation, or Enter, on a control. A key is a typed character.
    """

    def __init__(self, context, variant, start):
        self.page = context.new_page()
        self._listens = variant.javascript
        self._taps = 0
        self._keys = 0
        self._heard = 0
        self._documents = 0
        self._screens = 0
        if self._listens:
            self.page.expose_function("journeyHeard", self._hear)
            self.page.add_init_script(_LISTENER)
        self.page.on("framenavigated", self._count_document)
        self.page.goto(start)
        self._seen = (self._documents, self._heading())
        self._screens_before = 0

    def tap(self, control):
        """Taps a link, a button, a box."""
        self._begin()
        self._taps += 1
        control.click()
        self._look()

    def enter(self, control):
        """Presses Enter on a control."""
        self._begin()
        self._taps += 1
        control.press("Enter")
        self._look()

    def write(self, field, text):
        """Taps into a field and types."""
        self.tap(field)
        self._keys += len(text)
        field.press_sequentially(text)

    def strike(self, *keys):
        """Presses keys wherever the focus is, without touching anything."""
        self._begin()
        self._keys += len(keys)
        for key in keys:
            self.page.keyboard.press(key)

    def send(self, key):
        """Sends the form with a key, which is a tap: Enter, alone or with Control, which the page hears on a control, or a
        shortcut that the page shows."""
        self._begin()
        self._taps += 1
        with self.page.expect_navigation():
            if key.startswith("Alt+"):
                self._heard += 1
                self._shortcut(key[-1])
            else:
                self.page.keyboard.press(key)
        self._look()

    def _shortcut(self, letter):
        """Alt and a letter, as a keyboard sends them: Playwright leaves out the letter by which Chromium finds the control."""
        event = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
        session = self.page.context.new_cdp_session(self.page)
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": letter, **event})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        session.detach()

    def spell(self, text, keys_each=1):
        """Types where the focus is. A Chinese character takes several keys."""
        self._begin()
        self._keys += keys_each * len(text)
        self.page.keyboard.type(text)

    def choose(self, select, value):
        """Picks from a native list: one tap opens it, one picks. The system draws that list, the page hears nothing."""
        self._begin()
        self._taps += 2
        self._heard += 2
        select.select_option(value)

    def finish(self, marker):
        """Waits for `data-done="marker"` and says what the task cost."""
        return self.reach(self.page.locator(f'[data-done="{marker}"]'))

    def reach(self, locator):
        """Waits for what the person wanted to see, and says what the task cost."""
        locator.first.wait_for(state="attached")
        self._look()
        if self._listens and self._heard != self._taps:
            raise AssertionError(f"the page heard {self._heard} taps, the journey made {self._taps}")
        arrived = self._screens > self._screens_before
        return Cost(self._screens - arrived, self._taps, self._keys)

    def _begin(self):
        self._look()
        self._screens_before = self._screens

    def _hear(self):
        self._heard += 1

    def _count_document(self, frame):
        if frame == self.page.main_frame:
            self._documents += 1

    def _heading(self):
        self.page.wait_for_load_state()
        heading = self.page.locator("h1").first
        return heading.inner_text() if heading.count() else ""

    def _look(self):
        heading = self._heading()
        documents_before, heading_before = self._seen
        if self._documents > documents_before:
            self._screens += self._documents - documents_before
        elif heading != heading_before:
            self._screens += 1
        self._seen = (self._documents, heading)
