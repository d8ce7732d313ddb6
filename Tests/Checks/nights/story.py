"""Makes up what authorization servers of several hosts write in some nights; same seed, same lines."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

FIRST_DAY = datetime(2026, 1, 5, tzinfo=timezone.utc)
THIEF = {"ip": "198.51.100.77", "user_agent": "curl/8.5.0"}

# What the incidents below must be found by, whatever the seed.
RULES = {
    "authorization_code_redeemed_twice",
    "authorization_code_replay_refused_other_context",
    "refresh_token_reuse_accepted",
    "refresh_token_reuse_other_context",
    "refresh_scope_beyond_grant_issued",
    "revoked_grant_attempted_from_other_context",
    "client_secret_guessing",
    "password_grant_used",
}


@dataclass(frozen=True, order=True)
class Line:
    """One line of a log."""

    time: datetime
    host: str
    text: str


class Story:
    """The lines of all hosts, night after night; a night ends at midnight."""

    def __init__(
        self,
        seed: int,
        nights: int,
        hosts: tuple[str, ...] = ("a", "b", "c"),
        sessions: int = 60,
        guessing: bool = True,
    ):
        self.random = Random(seed)
        self.nights = nights
        # An incident whose time window must not be cut by the end of an audit.
        self.guessing = guessing
        self.hosts = hosts
        self.lines: list[Line] = []
        self.used: set[datetime] = set()
        for number in range(sessions * nights):
            self.session(number)
        for night in range(nights):
            self.incidents(night)
        self.lines.sort()

    def of(self, night: int, host: str) -> list[str]:
        """The lines of one night and host, in the order of their times."""
        begin, end = FIRST_DAY + timedelta(days=night), FIRST_DAY + timedelta(days=night + 1)
        return [line.text for line in self.lines if line.host == host and begin <= line.time < end]

    def add(self, seconds: float, holder: dict, **members: object) -> None:
        """Adds an event so many seconds after the first midnight, on any host, unless the story is over by then."""
        time = FIRST_DAY + timedelta(milliseconds=round(seconds * 1000))
        while time in self.used:
            time += timedelta(milliseconds=1)
        self.used.add(time)
        if time >= FIRST_DAY + timedelta(days=self.nights):
            return
        stamp = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"time": stamp, "kind": "token.request", "outcome": "success", **holder, **members}
        text = json.dumps(event, separators=(",", ":"))
        self.lines.append(Line(time, self.random.choice(self.hosts), text))

    def holder(self, number: int) -> dict:
        """A person at a place, with a client."""
        client = ("shop", "mail", "wiki", "console")[number % 4]
        return {
            "client_id": client, "ip": f"203.0.113.{number % 250 + 1}", "user_agent": f"App/{number % 5 + 1}.0"
        }

    def redeem(self, seconds: float, holder: dict, code: str, token: str) -> None:
        self.add(
            seconds, holder, grant_type="authorization_code", code_id=code, refresh_token_issued_id=token,
            scope="openid orders",
        )

    def refresh(self, seconds: float, holder: dict, token: str, successor: str, scope: str = "openid orders") -> None:
        self.add(
            seconds, holder, grant_type="refresh_token", refresh_token_id=token, refresh_token_issued_id=successor,
            scope=scope,
        )

    def refuse(self, seconds: float, holder: dict, **members: str) -> None:
        self.add(seconds, holder, outcome="failure", error="invalid_grant", **members)

    def session(self, number: int) -> None:
        """A grant as it should be, of which some are refreshed over nights."""
        holder = self.holder(number)
        seconds = self.random.uniform(0, self.nights * 86_400 - 3_600)
        self.add(
            seconds, holder, kind="authorization.request", response_type="code", code_challenge_present=True,
            redirect_uri=f"https://{holder['client_id']}.example.com/cb",
        )
        seconds += self.random.uniform(2, 30)
        self.redeem(seconds, holder, f"c{number}", f"r{number}-0")
        for turn in range(self.random.randint(1, 5)):
            seconds += self.random.choice((500, 3_000, 40_000, 90_000)) * self.random.uniform(0.5, 1.5)
            self.refresh(seconds, holder, f"r{number}-{turn}", f"r{number}-{turn + 1}")

    def incidents(self, night: int) -> None:
        """One of each kind; all but the last two need what was known the night before, or two nights before."""
        midnight, name = (night + 1) * 86_400, f"n{night}"
        owner = self.holder(night * 7 + 3)
        thief = {**owner, **THIEF}
        self.redeem(midnight - 20, owner, name + "twice", name + "t0")
        self.redeem(midnight + 30, thief, name + "twice", name + "t1")
        self.redeem(midnight - 5, owner, name + "late", name + "l0")
        self.refuse(midnight + 4, thief, grant_type="authorization_code", code_id=name + "late")
        self.redeem(midnight - 50_000, owner, name + "fork", name + "f0")
        self.refresh(midnight - 40_000, owner, name + "f0", name + "f1")
        self.refresh(midnight + 9_000, thief, name + "f0", name + "g1")
        self.refresh(midnight + 99_000, thief, name + "f0", name + "h1")
        self.redeem(midnight - 30_000, owner, name + "reused", name + "u0")
        self.refresh(midnight + 50_000, owner, name + "u0", name + "u1")
        self.refuse(midnight + 90_000, thief, grant_type="refresh_token", refresh_token_id=name + "u0")
        self.redeem(midnight - 10_000, owner, name + "wide", name + "w0")
        self.refresh(midnight + 1_000, owner, name + "w0", name + "w1", scope="openid orders admin")
        self.redeem(midnight - 60_000, owner, name + "ended", name + "e0")
        self.add(midnight - 55_000, owner, kind="token.revoke", refresh_token_id=name + "e0")
        self.refuse(midnight + 100_000, thief, grant_type="refresh_token", refresh_token_id=name + "e0")
        for attempt in range(25 if self.guessing else 0):
            guesser = {"client_id": "payroll", "ip": f"192.0.2.{attempt % 3 + 1}", "user_agent": "curl/8.5.0"}
            self.add(
                midnight - 7_000 + attempt * 19, guesser, outcome="failure", error="invalid_client",
                grant_type="client_credentials",
            )
        self.add(midnight - 3_000, owner, grant_type="password", username="alice")
