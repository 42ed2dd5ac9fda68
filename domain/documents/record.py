"""What all records share: a readable id, the raw collection, and reading a raw row."""

from typing import Any, Self

from beanie import Document

from domain.database import Collection, Row, bound_to_session


class Record(Document):
    """A document whose id is the name that people say, or an opaque text."""

    id: str  # type: ignore[assignment]  # beanie's default is an ObjectId

    __getattribute__ = object.__getattribute__  # no record is parsed lazily: 20 times as fast

    @classmethod
    def get_motor_collection(cls) -> Collection:
        """The collection, within the transaction that the present task is in."""
        return bound_to_session(super().get_motor_collection())

    @classmethod
    async def get(cls, id: str) -> Self | None:  # type: ignore[override]  # no options
        """The record with this id; None if there is none."""
        row = await cls.rows().find_one({"_id": id})
        return None if row is None else cls.from_row(row)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As pydantic, but rows of the database are read the short way: that of `from_row`."""
        if type(obj) is dict and not options:
            return cls.from_row(obj)
        record: Self = super().model_validate(obj, **options)
        return record

    @classmethod
    def rows(cls) -> Collection:
        """The raw collection, for conditional writes and projected reads."""
        return cls.get_motor_collection()

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """The record in a raw row, as the driver gives it.

        Filled in place: `model_validate` goes by the initializer, in twice the time.
        """
        record: Self = cls.__pydantic_validator__.validate_python(
            row, self_instance=cls.__new__(cls)
        )
        return record
