"""Lists of volunteers as a worker brings them in; and who stands in one without having been asked."""

import io
import urllib.request
import zipfile
from dataclasses import dataclass

from harness.people import Somebody, identity_number


@dataclass(frozen=True)
class Listed:
    """A line of a list: whoever it tells of, and where they live."""

    phone: str
    born: str
    community: str
    name: str = "里惊蛰"

    @property
    def number(self):
        return identity_number(self.born)

    @property
    def cells(self):
        return [self.name, "居民身份证", self.number, self.phone, self.community]

    def look(self, by):
        """What `by` finds with this one's document and phone, whose code it has."""
        Somebody(by.demo, self.phone).send_code()
        code = Somebody(by.demo, self.phone)._code()
        return {"name": self.name, "kind": "resident_id", "number": self.number, "phone": self.phone, "code": code}


def people_sheet(worker, lines):
    """The empty list of volunteers with these lines, each a list of cells."""
    request = urllib.request.Request(f"{worker.demo.url}/w/import/people.xlsx", headers={"cookie": worker.cookie})
    with urllib.request.urlopen(request) as answer:
        empty = zipfile.ZipFile(io.BytesIO(answer.read()))
    rows = ""
    for row, cells in enumerate(lines, 2):
        text = "".join(
            f'<c r="{chr(65 + n)}{row}" t="inlineStr"><is><t>{cell}</t></is></c>' for n, cell in enumerate(cells)
        )
        rows += f'<row r="{row}">{text}</row>'
    filled = io.BytesIO()
    with zipfile.ZipFile(filled, "w") as sheet:
        for name in empty.namelist():
            content = empty.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f"{rows}</sheetData>".encode())
            sheet.writestr(name, content)
    return filled.getvalue()


def upload(worker, lines):
    """Sends a list of volunteers; gives the id of what was sent."""
    return worker.post("/imports?sheet=people", people_sheet(worker, lines))["id"]


def bring_in(worker, listed):
    """Brings these lines in."""
    sent = upload(worker, [one.cells for one in listed])
    worker.post(f"/imports/{sent}/begin")
    assert worker.get(f"/imports/{sent}")["made"] == len(listed)
