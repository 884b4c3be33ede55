"""The walk through the API: every operation is done at least once as each role that may use it, writing ones too, by valid
calls on things that are there; the same calls by who may not are refused. On each database."""

import pytest
from harness.api import SCHEMA, operations
from harness.chapters import walk_through
from harness.demo import Demo
from harness.people import Town
from harness.walk import Walk, rights

pytestmark = pytest.mark.api


@pytest.fixture(params=["sqlite", "postgres"])
def walk(request, tmp_path):
    database = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with Demo(tmp_path, database) as demo:
        yield Walk(Town(demo))


def test_everybody_does_everything_they_may(walk):
    described = operations(walk.demo.json(SCHEMA))
    assert described == set(rights()), "the description and the table of rights name the same operations"
    walk_through(walk)
    assert not walk.wrong, "\n".join(walk.wrong)
    missing = walk.missing(described)
    assert not missing, "\n".join(missing)
