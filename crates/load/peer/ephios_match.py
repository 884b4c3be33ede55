"""Lets ephios match participants to positions, as it does for a shift, and prints who got what and the CPU it took.

ephios_match.py INSTANCE.json

The instance comes from the binary `assign`: includes (for each qualification those it includes), participants
(qualifications, confirmed) and positions (required, qualifications, designated_for, preferred_by), all by number. No
database is asked: the graph of qualifications lies in Django's cache, where ephios keeps it.
"""

import json
import os
import sys
import tempfile
import time
import uuid

os.environ.update(
    DEBUG="False",
    DJANGO_SETTINGS_MODULE="ephios.settings",
    DATABASE_URL="sqlite://:memory:",
    DATA_DIR=tempfile.mkdtemp(prefix="ephios-"),
    ALLOWED_HOSTS="*",
    SITE_URL="https://localhost",
    EMAIL_URL="dummymail://",
    DEFAULT_FROM_EMAIL="peer@localhost",
    SERVER_EMAIL="peer@localhost",
    ADMINS="Peer <peer@localhost>",
)

import django  # noqa: E402

django.setup()

from django.core.cache import cache  # noqa: E402
from ephios.core.models import Qualification  # noqa: E402
from ephios.core.services.matching import Position, match_participants_to_positions  # noqa: E402
from ephios.core.services.qualification import QualificationUniverse  # noqa: E402
from ephios.core.signup.participants import PlaceholderParticipant  # noqa: E402
from ephios.extra.graphs import DirectedGraph  # noqa: E402


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        instance = json.load(file)
    known = [Qualification(title=f"Q{n}", uuid=uuid.UUID(int=n + 1)) for n in range(len(instance["includes"]))]
    edges = {known[n].uuid: [known[m].uuid for m in of] for n, of in enumerate(instance["includes"])}
    cache.set(QualificationUniverse.graph_cache_key, DirectedGraph(edges), None)
    participants = [
        PlaceholderParticipant(
            display_name=f"P{n}", qualifications=[known[q] for q in of["qualifications"]],
            date_of_birth=None, email=None,
        )
        for n, of in enumerate(instance["participants"])
    ]
    positions = [
        Position(
            id=str(n), required=of["required"], required_qualifications=[known[q] for q in of["qualifications"]],
            designated_for=[participants[p] for p in of["designated_for"]],
            preferred_by=[participants[p] for p in of["preferred_by"]],
        )
        for n, of in enumerate(instance["positions"])
    ]
    confirmed = [participants[n] for n, of in enumerate(instance["participants"]) if of["confirmed"]]
    began = time.process_time()
    matching = match_participants_to_positions(participants, positions, confirmed)
    cpu_s = time.process_time() - began
    number = {participant: n for n, participant in enumerate(participants)}
    pairings = sorted([number[participant], int(position.id)] for participant, position in matching.pairings)
    print(json.dumps({"cpu_s": cpu_s, "pairings": pairings}))


main()
