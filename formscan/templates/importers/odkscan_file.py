"""The ``template.json`` of ODK Scan, as its ``JSONFormat.md`` describes it, checked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

__all__ = ["Classifier", "Item", "OdkField", "OdkForm", "Segment"]

Length = Annotated[float, Constraint(gt=0)]

_PRINTED_PART = {"bubbles": 0.8, "numbers": 1.0}
_OTHER_PART = 0.75


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Classifier(_Foreign):
    """How the items of a field are told apart.

    Attributes:
        training_data_uri: ``bubbles``, ``checkboxes``, ``square_checkboxes``, ``numbers`` ...
        classifier_width: Size of what is looked at, form pixels.
        classifier_height: ... and its height.
    """

    training_data_uri: str = "bubbles"
    classifier_width: Length = 14
    classifier_height: Length = 16

    @property
    def digits(self) -> bool:
        """Whether an item is a box with a written digit."""
        return self.training_data_uri == "numbers"

    @property
    def size_px(self) -> tuple[float, float]:
        """(width, height) of the printed outline: what is looked at shows some paper around it."""
        part = _PRINTED_PART.get(self.training_data_uri, _OTHER_PART)
        return self.classifier_width * part, self.classifier_height * part


class Item(_Foreign):
    """One bubble, box or digit, given by its middle in the segment."""

    item_x: float
    item_y: float
    label: str = ""
    value: str | None = None

    @property
    def said(self) -> str:
        """What marking it means."""
        return self.label if self.value is None else self.value


class Segment(_Foreign):
    """A rectangle of the form."""

    segment_x: float
    segment_y: float
    segment_width: Length
    segment_height: Length
    items: tuple[Item, ...] = ()


class OdkField(_Foreign):
    """One question.

    Attributes:
        kind: ``string``, ``int``, ``select``, ``select1``, ``qrcode``, ``image``, ``tally`` ...
        constraint: XPath of the phone form.
        classifier: Of its items, where it is not the form's.
        delimiter: Between the values of its items.
    """

    name: str
    kind: Annotated[str, Constraint(alias="type")] = "string"
    label: str = ""
    constraint: str = ""
    delimiter: str | None = None
    classifier: Classifier | None = None
    segments: Annotated[tuple[Segment, ...], Constraint(min_length=1)]


class OdkForm(_Foreign):
    """The whole file."""

    width: Length
    height: Length
    classifier: Classifier = Classifier()
    fields: Annotated[tuple[OdkField, ...], Constraint(min_length=1)]
