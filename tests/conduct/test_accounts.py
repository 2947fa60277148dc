"""Accounts, passwords and sessions: who gets in, who is kept out, and what the trail says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text
from tests.quick_hashes import quick_hashes, real_hasher

from trialrun.conduct import passwords
from trialrun.conduct.actions.accounts import (
    change_account,
    change_language,
    change_password,
    create_account,
    create_first_administrator,
    reset_password,
)
from trialrun.conduct.actions.signing_in import (
    actor_of,
    prove_identity,
    sign_in,
    sign_in_as_subject,
    sign_out,
)
from trialrun.conduct.acts import Actor
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.sessions import account_of_session, open_session
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import ConflictError, ForbiddenError, RefusedError

__all__ = ["quick_hashes", "real_hasher"]

NOW = datetime(2022, 1, 15, 1, 2, 3, tzinfo=UTC)
GOOD = "nine herons over the lake"
WRONG = "ten herons over the lake"
MINUTE = timedelta(minutes=1)


pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def root(database: Database) -> Actor:
    assert create_first_administrator(database, NOW)
    return actor_of(held(database, "admin"))


def held(database: Database, name: str) -> Account:
    with database.reading() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def settled(database: Database, root: Actor, name: str = "lin", **more: str) -> Account:
    """Return an account whose owner has chosen the password GOOD."""
    account, once = create_account(
        database, root, NOW, name=name, full_name="Lin Wei", role=Role.MONITOR, **more
    )
    if once is None:
        return account
    return change_password(database, actor_of(account), NOW, old=once, new=GOOD, again=GOOD)


def verbs(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))


def problems_of(error: pytest.ExceptionInfo[RefusedError]) -> list[tuple[str, str]]:
    return [(problem.where, problem.found) for problem in error.value.problems]


def test_the_first_administrator_is_made_once_and_must_choose_a_password(
    database: Database,
) -> None:
    password = create_first_administrator(database, NOW)
    assert password
    account, token = sign_in(database, "admin", password, NOW)
    assert (account.role, account.password_is_one_time) == (Role.ADMINISTRATOR, True)
    assert account_of_session(database, token, NOW) is not None
    assert create_first_administrator(database, NOW) is None


def test_no_password_and_no_token_is_kept_anywhere(database: Database, root: Actor) -> None:
    account, once = create_account(
        database, root, NOW, name="lin", full_name="Lin", role=Role.MONITOR
    )
    assert once
    _, token = sign_in(database, "lin", once, NOW)
    with database.reading() as session:
        written = [
            str(row)
            for table in ("account", "event", "audit_event", "open_session")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert str(account.password_hash).startswith("$argon2id$v=19$")
    assert len(written) > 4
    assert not [row for row in written if once in row or token in row]


def test_signing_in_and_out_leave_a_trail(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    account, token = sign_in(database, "Lin ", GOOD, NOW)
    sign_out(database, actor_of(account), token, NOW)
    assert account_of_session(database, token, NOW) is None
    assert verbs(database)[-2:] == ["sign in", "sign out"]
    assert account.id == lin.id
    assert verify(database).problems == ()


# Who tries | with what password | after what | is refused, in the same words
TRIES = {
    "a wrong password": ("lin", WRONG, ()),
    "a name that no account has": ("nobody", GOOD, ()),
    "an account that is disabled": ("lin", GOOD, ("disable",)),
    "an account that is locked": ("lin", GOOD, ("lock",)),
    "an empty password": ("lin", "", ()),
    "a password without an end": ("lin", GOOD * 1000, ()),
}


@pytest.mark.parametrize("why", TRIES)
def test_every_refusal_says_the_same_after_the_same_work(
    database: Database, root: Actor, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = settled(database, root)
    name, password, before = TRIES[why]
    if "disable" in before:
        changed(database, root, lin, disabled=True)
    for _ in range(5 if "lock" in before else 0):
        refused(database, "lin", WRONG, NOW)
    hashes: list[str] = []
    verify_hash = passwords._HASHER.verify

    def counted(kept: str, tried: str) -> bool:
        hashes.append(kept)
        return verify_hash(kept, tried)

    monkeypatch.setattr(
        passwords, "_HASHER", type("Counted", (), {"verify": staticmethod(counted)})
    )
    said = refused(database, name, password, NOW)
    assert said == refused(database, "somebody", "else entirely", NOW)
    assert len(hashes) == 2
    assert {kept.rsplit("$", 2)[0] for kept in hashes} == {"$argon2id$v=19$m=8,t=1,p=1"}
    assert verbs(database)[-2:] == ["fail to sign in"] * 2


def refused(database: Database, name: str, password: str, at: datetime) -> str:
    with pytest.raises(RefusedError) as error:
        sign_in(database, name, password, at)
    return str(error.value)


def changed(database: Database, root: Actor, account: Account, **new: object) -> Account:
    values = {
        "full_name": account.full_name,
        "role": account.role,
        "disabled": account.disabled,
        "subject": account.subject or "",
        "expected": account.version,
    }
    return change_account(database, root, NOW, account_id=account.id, **{**values, **new})  # type: ignore[arg-type]


def test_five_wrong_passwords_lock_for_fifteen_minutes(database: Database, root: Actor) -> None:
    settled(database, root)
    for _ in range(4):
        refused(database, "lin", WRONG, NOW)
    sign_in(database, "lin", GOOD, NOW)  # and the count begins anew
    for _ in range(5):
        refused(database, "lin", WRONG, NOW)
    refused(database, "lin", GOOD, NOW + 14 * MINUTE)
    refused(database, "lin", WRONG, NOW + 14 * MINUTE)  # does not make the lock longer
    account, _ = sign_in(database, "lin", GOOD, NOW + 15 * MINUTE)
    assert (account.failures, account.locked_until) == (0, None)
    assert verify(database).problems == ()


def test_after_a_lock_five_more_tries_are_left(database: Database, root: Actor) -> None:
    settled(database, root)
    for _ in range(5):
        refused(database, "lin", WRONG, NOW)
    later = NOW + 20 * MINUTE
    for _ in range(4):
        refused(database, "lin", WRONG, later)
    sign_in(database, "lin", GOOD, later)


def test_what_was_typed_as_a_name_is_not_kept(database: Database, root: Actor) -> None:
    refused(database, "my secret by mistake", "x", NOW)
    with database.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.actor, event.account_id, event.data) == ("unknown", None, {"by": "password"})


def test_passwords_are_kept_as_rfc_9106_recommends(real_hasher: PasswordHasher) -> None:
    """Its section 4, the second option: 64 MiB, 3 passes, 4 lanes."""
    assert real_hasher.hash(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


# The new password | why not
WEAK = {
    "short words": "it is shorter than 12 characters",
    "x" * 12 + "y": "it is one of the first that anybody would try",
    "123456789012": "it is one of the first that anybody would try",
    "Password2022!!": "it is one of the first that anybody would try",
    "P@ssw0rdP@ssw0rd": "it is one of the first that anybody would try",
    "qwertyuiop1234": "it is one of the first that anybody would try",
    "the lin of the hills": "it holds the name of the account",
    "abcde-fghjk-mnpqr-stuvw": "it is one that the program gave out, for one time",
    "a quiet river " * 15: "it is longer than 200 characters",
}


@pytest.mark.parametrize("password", WEAK)
def test_weak_passwords_are_refused_with_the_reason(
    database: Database, root: Actor, password: str
) -> None:
    lin = actor_of(settled(database, root))
    with pytest.raises(RefusedError) as error:
        change_password(database, lin, NOW, old=GOOD, new=password, again=password)
    assert ("new", WEAK[password]) in problems_of(error)


# How somebody may write a name of the trial into a password
@pytest.mark.parametrize(
    "password", ["ld-il2-immune-als", "my NCT04952155 !", "LD IL2 immune ALS 1"]
)
def test_a_name_of_the_trial_is_no_password(database: Database, root: Actor, password: str) -> None:
    lin = actor_of(settled(database, root))
    names = ["ld-il2-immune-als", "NCT04952155"]
    with pytest.raises(RefusedError) as error:
        change_password(database, lin, NOW, old=GOOD, new=password, again=password, trial=names)
    assert problems_of(error) == [("new", "it holds a name of the trial")]
    other = "nine herons over the als"
    change_password(database, lin, NOW, old=GOOD, new=other, again=other, trial=[*names, "ALS"])


def test_a_new_password_is_written_twice_and_is_new(database: Database, root: Actor) -> None:
    lin = actor_of(settled(database, root))
    with pytest.raises(RefusedError) as error:
        change_password(database, lin, NOW, old=GOOD, new=GOOD, again="")
    assert problems_of(error) == [("new", "it is the old one"), ("again", "it is not the same")]


def test_the_same_characters_from_another_keyboard_are_the_same(
    database: Database, root: Actor
) -> None:
    account, once = create_account(
        database, root, NOW, name="wang", full_name="Wang", role=Role.COORDINATOR
    )
    composed, decomposed = "caf\u00e9 caf\u00e9 am See", "cafe\u0301 cafe\u0301 am See"
    assert once
    change_password(database, actor_of(account), NOW, old=once, new=composed, again=composed)
    sign_in(database, "wang", decomposed, NOW)


def test_a_new_password_ends_every_session(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    _, token = sign_in(database, "lin", GOOD, NOW)
    change_password(database, actor_of(lin), NOW, old=GOOD, new=WRONG, again=WRONG)
    assert account_of_session(database, token, NOW) is None


def test_a_wrong_old_password_counts_as_a_failed_sign_in(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    with pytest.raises(RefusedError) as error:
        change_password(database, actor_of(lin), NOW, old=WRONG, new=GOOD, again=GOOD)
    assert [where for where, _ in problems_of(error)] == ["old"]
    with pytest.raises(RefusedError):
        prove_identity(database, lin.id, WRONG, NOW, field="password")
    assert held(database, "lin").failures == 2
    assert prove_identity(database, lin.id, GOOD, NOW, field="password").id == lin.id


# How long after the sign-in, used how often | the session stands
SESSIONS = [
    ([29], True),
    ([30], False),
    ([29, 58], True),
    ([25 * step for step in range(1, 29)], True),
    ([*(25 * step for step in range(1, 29)), 719], True),
    ([*(25 * step for step in range(1, 29)), 720], False),
]


@pytest.mark.parametrize(("minutes", "stands"), SESSIONS)
def test_a_session_ends_by_disuse_and_by_age(
    database: Database, root: Actor, minutes: list[int], stands: bool
) -> None:
    assert root.account_id is not None
    token = open_session(database, root.account_id, NOW)
    found = [account_of_session(database, token, NOW + after * MINUTE) for after in minutes]
    assert [account is not None for account in found[:-1]] == [True] * (len(found) - 1)
    assert (found[-1] is not None) is stands


def test_sessions_that_are_over_are_forgotten(database: Database, root: Actor) -> None:
    assert root.account_id is not None
    for _ in range(3):
        open_session(database, root.account_id, NOW)
    open_session(database, root.account_id, NOW + 31 * MINUTE)
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM open_session")) == 1


def test_whoever_is_disabled_is_out_at_once(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    _, token = sign_in(database, "lin", GOOD, NOW)
    changed(database, root, held(database, "lin"), disabled=True)
    assert account_of_session(database, token, NOW) is None
    refused(database, "lin", GOOD, NOW)
    changed(database, root, held(database, "lin"), disabled=False)
    assert account_of_session(database, token, NOW) is None
    assert sign_in(database, "lin", GOOD, NOW)[0].id == lin.id


def test_a_change_of_role_counts_at_once(database: Database, root: Actor) -> None:
    settled(database, root)
    _, token = sign_in(database, "lin", GOOD, NOW)
    changed(database, root, held(database, "lin"), role=Role.PHARMACIST)
    account = account_of_session(database, token, NOW)
    assert account is not None
    assert actor_of(account).role == Role.PHARMACIST


def test_the_last_administrator_stays(database: Database, root: Actor) -> None:
    for new in ({"disabled": True}, {"role": "monitor"}):
        with pytest.raises(RefusedError, match="last administrator"):
            changed(database, root, held(database, "admin"), **new)
    create_account(database, root, NOW, name="second", full_name="S", role=Role.ADMINISTRATOR)
    assert changed(database, root, held(database, "admin"), role="monitor").role == "monitor"


# What is wrong with a new account | the field
REFUSED_ACCOUNTS = [
    ({"name": "Lin"}, "name"),
    ({"name": "l"}, "name"),
    ({"name": "<script>"}, "name"),
    ({"name": "admin"}, "name"),
    ({"full_name": " "}, "full_name"),
    ({"full_name": "x" * 101}, "full_name"),
    ({"role": "king"}, "role"),
    ({"language": "fr"}, "language"),
    ({"subject": "s" * 256}, "subject"),
    ({"subject": "taken"}, "subject"),
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED_ACCOUNTS)
def test_accounts_that_cannot_be(
    database: Database, root: Actor, wrong: dict[str, str], field: str
) -> None:
    create_account(
        database, root, NOW, name="first", full_name="F", role=Role.MONITOR, subject="taken"
    )
    right = {"name": "lin", "full_name": "Lin", "role": "monitor"}
    with pytest.raises(RefusedError) as error:
        create_account(database, root, NOW, **{**right, **wrong})
    assert [where for where, _ in problems_of(error)] == [field]


def test_all_that_is_wrong_is_said_at_once(database: Database, root: Actor) -> None:
    with pytest.raises(RefusedError) as error:
        create_account(database, root, NOW, name="X", full_name="", role="king")
    assert [where for where, _ in problems_of(error)] == ["name", "full_name", "role"]


def test_only_an_administrator_makes_and_changes_accounts(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    with pytest.raises(ForbiddenError):
        create_account(
            database, actor_of(lin), NOW, name="x1", full_name="X", role=Role.ADMINISTRATOR
        )
    with pytest.raises(ForbiddenError):
        changed(database, actor_of(lin), lin, role=Role.ADMINISTRATOR)
    with pytest.raises(ForbiddenError):
        reset_password(database, actor_of(lin), NOW, account_id=lin.id)


def test_of_two_administrators_the_second_is_told(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    changed(database, root, lin, full_name="Lin W.")
    with pytest.raises(ConflictError):
        changed(database, root, lin, full_name="Lin We.")


def test_a_new_one_time_password_opens_a_locked_account(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    for _ in range(5):
        refused(database, "lin", WRONG, NOW)
    _, once = reset_password(database, root, NOW, account_id=lin.id)
    account, _ = sign_in(database, "lin", once, NOW)
    assert account.password_is_one_time


def test_an_outside_identity_needs_an_account(database: Database, root: Actor) -> None:
    lin = settled(database, root, subject="idp|1")
    account, token = sign_in_as_subject(database, "idp|1", NOW)
    assert (account.id, account.password_hash) == (lin.id, None)
    assert account_of_session(database, token, NOW) is not None
    with pytest.raises(ForbiddenError):
        sign_in_as_subject(database, "idp|2", NOW)
    changed(database, root, held(database, "lin"), disabled=True)
    with pytest.raises(ForbiddenError):
        sign_in_as_subject(database, "idp|1", NOW)
    assert verbs(database)[-1] == "fail to sign in"


def test_everybody_chooses_a_language(database: Database, root: Actor) -> None:
    lin = settled(database, root)
    assert change_language(database, actor_of(lin), NOW, language="en").language == "en"
    with pytest.raises(RefusedError):
        change_language(database, actor_of(lin), NOW, language="xx")


def test_of_sessions_the_trail_knows_who_opened_them(database: Database, root: Actor) -> None:
    settled(database, root)
    sign_in(database, "lin", GOOD, NOW)
    assert verify(database).problems == ()
    with database.reading() as session:
        tables = set(session.scalars(select(AuditEvent.table)))
    assert tables == {"account", ""}  # an act that wrote no row says so
    assert root.account_id is not None
    open_session(database, root.account_id, NOW + MINUTE)
    (problem,) = verify(database).problems
    assert problem.where == f"open_session of account {root.account_id}"
    assert problem.found == "nobody signed in to open it"


def test_a_session_put_beside_the_one_that_somebody_opened(database: Database, root: Actor) -> None:
    settled(database, root)
    lin, _ = sign_in(database, "lin", GOOD, NOW)
    open_session(database, lin.id, NOW)
    (problem,) = verify(database).problems
    assert problem.where == f"open_session of account {lin.id}"
    assert problem.found == "one sign-in has opened more than one"


@pytest.mark.parametrize("name", ["admin\x00", "\x00", "\u200b"])
def test_a_name_that_nobody_can_have_is_refused_in_the_same_words(
    database: Database, name: str
) -> None:
    """PostgreSQL cannot even be asked for a text that holds NUL."""
    create_first_administrator(database, NOW)
    with pytest.raises(RefusedError) as refused:
        sign_in(database, name, GOOD, NOW)
    with pytest.raises(RefusedError) as usual:
        sign_in(database, "admin", GOOD, NOW)
    assert refused.value.problems == usual.value.problems
    with pytest.raises(ForbiddenError):
        sign_in_as_subject(database, name, NOW)
