"""The people of the demonstration's trial: one for each role, with a password for one use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from trialrun.conduct.actions.accounts import (
    FIRST_NAME,
    create_account,
    create_first_administrator,
)
from trialrun.conduct.actions.signing_in import actor_of
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.accounts import Account

_PEOPLE = {
    Role.INVESTIGATOR: ("fan", "Dr Fan Min 范敏"),
    Role.COORDINATOR: ("zhao", "Zhao Lei 赵蕾"),
    Role.DATA_MANAGER: ("wu", "Wu Tong 吴桐"),
    Role.MONITOR: ("chen", "Chen Yu 陈雨"),
    Role.PHARMACIST: ("sun", "Sun Jie 孙洁"),
}


@dataclass(frozen=True)
class Team:
    """Who acts, by role; `passwords` are for one use, by the name to sign in with."""

    actors: Mapping[Role, Actor]
    passwords: Mapping[str, str]

    def __getitem__(self, role: Role) -> Actor:
        return self.actors[role]


def make_team(database: Database, at: datetime) -> Team:
    """Make an account for each role, the administrator first.

    Raises:
        ValueError: somebody has an account already.
    """
    password = create_first_administrator(database, at)
    if password is None:
        raise ValueError("the demonstration begins with an empty database")
    with database.reading() as session:
        actors = {Role.ADMINISTRATOR: actor_of(session.scalars(select(Account)).one())}
    passwords = {FIRST_NAME: password}
    for role, (name, full_name) in _PEOPLE.items():
        account, given = create_account(
            database,
            actors[Role.ADMINISTRATOR],
            at,
            name=name,
            full_name=full_name,
            role=role,
        )
        assert given is not None
        actors[role], passwords[name] = actor_of(account), given
    return Team(actors, passwords)
