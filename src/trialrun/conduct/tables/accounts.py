"""Who may sign in, as what, and the sessions that are open.

Refuses to hold a password: only its argon2 hash.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.base import SECRET, Base

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """One person's account. `subject` is the name at an outside identity provider (OIDC)."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(f"role IN ({_ROLES})", name="role"),)

    name: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(info=dict(SECRET))
    password_is_one_time: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str | None] = mapped_column(default=None, unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    disabled: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="zh")
