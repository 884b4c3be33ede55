"""The API check itself, against a little API that is right, breaks, or lies about its answers."""

import json

import pytest
from harness.api import SCHEMA, Answers, generate, operations
from harness.people import Town
from harness.small_site import Answer, SmallSite
from harness.walk import GUEST, Walk

pytestmark = pytest.mark.api

COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}
DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "needs", "version": "1"},
    "paths": {
        "/api/v1/needs": {
            "get": {
                "responses": {"200": {"description": "all", "content": {"application/json": {"schema": COUNT}}}},
            },
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": COUNT}}},
                "responses": {"422": {"description": "refused"}},
            },
        }
    },
}


def ask(folder, get, post):
    def answer(method, path):
        if path == SCHEMA:
            return Answer(json.dumps(DESCRIPTION), content_type="application/json")
        return {"GET": get, "POST": post}.get(method, Answer("", 405))

    answers = Answers()
    with SmallSite(answer) as site:
        complaint = generate(site.url, "session=test", folder, answers)
    return answers, complaint


def as_json(body, status=200):
    return Answer(body, status, "application/json")


def test_a_right_api_passes(tmp_path):
    answers, complaint = ask(tmp_path, as_json('{"count": 1}'), as_json("{}", 422))
    assert not complaint, complaint
    assert answers.broken() == []
    assert answers.succeeded() == {"GET /api/v1/needs"}
    assert set(answers.statuses) == operations(DESCRIPTION)


def test_a_server_error_is_found(tmp_path):
    answers, complaint = ask(tmp_path, as_json('{"count": 1}'), as_json("{}", 500))
    assert "Server error" in complaint
    assert answers.broken() == ["POST /api/v1/needs"]


def test_an_answer_that_breaks_its_schema_is_found(tmp_path):
    _, complaint = ask(tmp_path, as_json('{"count": "many"}'), as_json("{}", 422))
    assert "schema" in complaint


class LittleDemo:
    """As much of a demo as walkers need: where it is."""

    passed = 0

    def __init__(self, site):
        self.url, self.port = site.url, int(site.url.rsplit(":", 1)[1])


def test_an_operation_open_to_everybody_is_found():
    with SmallSite(lambda method, path: as_json("{}")) as site:
        walk = Walk(Town(LittleDemo(site)))
        for walker in walk.signed_in:
            walker.entered({"token": "t", "person": "p"})
        walk.worker.call("GET /api/v1/reviews")
    assert len(walk.wrong) == len(walk.everybody) - 1
    assert walk.missing({"GET /api/v1/reviews"}) == []
    assert any(f"POST /api/v1/sign-out was never done as {GUEST}" in one for one in walk.missing({"POST /api/v1/sign-out"}))


def test_a_step_that_fails_is_found():
    with SmallSite(lambda method, path: as_json("{}", 409)) as site:
        walk = Walk(Town(LittleDemo(site)))
        with pytest.raises(AssertionError, match="409"):
            walk.guest.call("GET /api/v1/shifts")
