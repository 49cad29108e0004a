"""What all tables of the state have in common."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from sqlalchemy import JSON, Double, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from connectors.state.columns import Instant, SegmentText
from connectors.state.segments import Segment

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem


class Base(DeclarativeBase):
    """All tables of the state."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Segment: SegmentText(),
        datetime: Instant(),
        float: Double(),
        dict[str, Any]: JSON(none_as_null=True),
    }


class Kept(Base):
    """A row that people edit: audited, and guarded by its version.

    Ids are random, so that they stay what they are in a backup restored on another engine.
    """

    __abstract__ = True
    natural: ClassVar[tuple[str, ...]]
    """What tells its rows apart to people."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return (UniqueConstraint(*cls.natural),)

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: uuid4().hex)
    version: Mapped[int]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
