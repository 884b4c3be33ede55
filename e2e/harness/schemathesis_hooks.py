"""Loaded by the schemathesis command: notes what every call was answered, one `status operation` a line."""

import os
from pathlib import Path

import schemathesis

ANSWERS = Path(os.environ["LINLI_API_ANSWERS"])


@schemathesis.hook
def after_call(context, case, response):
    with ANSWERS.open("a") as answers:
        answers.write(f"{response.status_code} {case.operation.label}\n")
