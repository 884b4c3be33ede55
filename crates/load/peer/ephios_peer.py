"""What ephios, a Django application for volunteers' shifts, needs for the same: CPU of its three gunicorn workers and of
PostgreSQL, with 10,000 open shifts, production settings. Prints one JSON object by the names of our own figures.

ephios_peer.py --database postgres://… --folder DIR [--requests 40]
"""

import argparse
import http.client
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
from datetime import date, timedelta

PEOPLE = 1000
EVENTS, SHIFTS_EACH = 2000, 5
PLACES = 10
PORT_WAIT_S = 120

options = argparse.ArgumentParser()
options.add_argument("--database", required=True)
options.add_argument("--folder", required=True)
options.add_argument("--requests", type=int, default=40)
options = options.parse_args()

os.environ.update(
    DEBUG="False",
    DJANGO_SETTINGS_MODULE="ephios.settings",
    DATABASE_URL=options.database,
    DATA_DIR=options.folder,
    ALLOWED_HOSTS="*",
    SITE_URL="https://localhost",
    EMAIL_URL="dummymail://",
    DEFAULT_FROM_EMAIL="peer@localhost",
    SERVER_EMAIL="peer@localhost",
    ADMINS="Peer <peer@localhost>",
    TRUST_X_FORWARDED_PROTO="True",
    CONN_MAX_AGE="60",
)


def prepare():
    """Tables, people with sessions, events with shifts; gives the sessions' keys, events and the famous shift."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.utils import timezone
    from ephios.core.models import Event, EventType, Shift, UserProfile
    from guardian.models import GroupObjectPermission

    call_command("build")
    call_command("migrate", verbosity=0)
    group = Group.objects.create(name="Volunteers")
    group.permissions.add(*Permission.objects.filter(codename="view_event"))
    for n in range(PEOPLE + 1):
        UserProfile(
            email=f"person{n}@localhost", display_name=f"Person {n}", date_of_birth=date(1980, 1, 1), password="!"
        ).save()
    people = list(UserProfile.objects.order_by("id"))
    group.user_set.add(*people)
    kind = EventType.objects.create(title="Service")
    Event.objects.bulk_create(
        Event(title=f"Garden {n}", description="Watering", type=kind, location="Square", active=True)
        for n in range(EVENTS)
    )
    events = list(Event.objects.order_by("id"))
    permission = Permission.objects.get(codename="view_event")
    content = ContentType.objects.get_for_model(Event)
    GroupObjectPermission.objects.bulk_create(
        GroupObjectPermission(group=group, permission=permission, content_type=content, object_pk=str(event.pk))
        for event in events
    )

    def shift(event, start, places):
        return Shift(
            event=event, meeting_time=start, start_time=start, end_time=start + timedelta(hours=2),
            signup_flow_slug="instant_confirmation", signup_flow_configuration={}, structure_slug="uniform",
            structure_configuration={"maximum_number_of_participants": places},
        )

    first = timezone.now() + timedelta(days=1)
    every = timedelta(days=350) / (EVENTS * SHIFTS_EACH)
    Shift.objects.bulk_create(
        shift(event, first + every * (n * SHIFTS_EACH + k), 100)
        for n, event in enumerate(events)
        for k in range(SHIFTS_EACH)
    )
    famous = shift(events[0], first + timedelta(days=360), PLACES)
    famous.save()
    keys = []
    for person in people:
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        keys.append(session.session_key)
    paths = [event.get_absolute_url() for event in events]
    shifts = list(Shift.objects.order_by("start_time").values_list("pk", flat=True))
    return keys, paths, shifts, famous.pk


def stat(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None
    return [int(field) if field.lstrip("-").isdigit() else 0 for field in fields]


def family(pid):
    every = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid] + [one for one in every if (found := stat(one)) and found[1] == pid]


def cpu_ms(pid):
    """CPU of a process, its living children and those that ended."""
    return 10 * sum(sum(found[11:15 if one == pid else 13]) for one in family(pid) if (found := stat(one)))


def pss_mb(pid):
    total = 0
    for one in family(pid):
        try:
            lines = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


class Client:
    def __init__(self, port, session):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={'c' * 32}",
            "X-CSRFToken": "c" * 32,
            "X-Forwarded-Proto": "https",
            "Referer": "https://localhost/",
            "Host": "localhost",
        }

    def send(self, method, path, body=None):
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        reply = self.connection.getresponse()
        return reply.status, reply.read()


def at_once(count, threads, work):
    """Calls work(n) for each n below count, so many at once; an exception of one is raised here."""
    numbers, lock, wrong = iter(range(count)), threading.Lock(), []

    def run():
        while not wrong:
            with lock:
                n = next(numbers, None)
            if n is None:
                return
            try:
                work(n)
            except Exception as error:  # noqa: BLE001, raised again below
                wrong.append(error)

    all_threads = [threading.Thread(target=run) for _ in range(threads)]
    [thread.start() for thread in all_threads]
    [thread.join() for thread in all_threads]
    if wrong:
        raise wrong[0]


def start(port):
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "ephios.wsgi", "--workers", "3", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            if Client(port, "none").send("GET", "/manifest.json")[0] == 200:
                return server, (time.monotonic() - began) * 1000
        except OSError:
            pass
        if time.monotonic() - began > PORT_WAIT_S or server.poll() is not None:
            raise SystemExit("gunicorn does not start")
        time.sleep(0.02)


def main():
    # Workers must not share the connection of this process; it is made in a child.
    keys, paths, shifts, famous = prepare()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = stat(cursor.fetchone()[0])[1]
    connection.close()
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server, start_ms = start(port)
    figures = {"start_ms": start_ms}
    try:
        measure = lambda count, threads, work: (  # noqa: E731
            before := cpu_ms(server.pid) + cpu_ms(postmaster),
            at_once(count, threads, work),
            (cpu_ms(server.pid) + cpu_ms(postmaster) - before) / count,
        )[2]

        def get(n, path):
            status, body = Client(port, keys[1 + n % PEOPLE]).send("GET", path)
            assert status == 200, (path, status)
            return body

        for n in range(6):
            get(n, "/events/")
        listed = get(0, "/events/").count(b"Garden")
        assert listed >= 50, f"the list shows {listed} events"
        figures["home_cpu_ms"] = measure(options.requests, 3, lambda n: get(n, "/"))
        figures["shift_list_cpu_ms"] = measure(options.requests, 3, lambda n: get(n, "/events/"))
        figures["shift_cpu_ms"] = measure(options.requests, 3, lambda n: get(n, paths[n * 37 % EVENTS]))

        def sign_up(n, shift):
            body = "quick_action=1&signup_choice=sign_up"
            status, answer = Client(port, keys[1 + n]).send("POST", f"/shifts/{shift}/signup/", body)
            assert status == 302, (status, answer[:300])

        count = min(PEOPLE, options.requests * 5)
        figures["signup_cpu_ms"] = measure(count, 3, lambda n: sign_up(n, shifts[n % 100]))
        figures["rss_mb"] = pss_mb(server.pid)
        began = time.monotonic()
        at_once(PEOPLE, 64, lambda n: sign_up(n, famous))
        figures["storm_s"] = time.monotonic() - began
        from ephios.core.models import LocalParticipation

        figures["storm_accepted"] = LocalParticipation.objects.filter(shift_id=famous, state=1).count()
        signed = LocalParticipation.objects.filter(state=1).exclude(shift_id=famous).count()
        assert signed == count, f"{signed} of {count} sign-ups are there"
    finally:
        server.terminate()
        server.wait()
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


main()
