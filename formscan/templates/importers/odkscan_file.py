"""The ``template.json`` of ODK Scan, as its ``JSONFormat.md`` describes it, checked.

What a form says of all its fields, or a field of all its segments, is said once there: each
part takes what it does not say itself from the part around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Constraint

__all__ = ["Classifier", "Item", "OdkField", "OdkForm", "Segment"]

Length = Annotated[float, Constraint(gt=0)]

_PRINTED_PART = {"bubbles": 0.8, "numbers": 1.0}
_OTHER_PART = 0.75
_OF_SEGMENTS = ("segment_x", "segment_y", "segment_width", "segment_height", "items")
_OF_FIELDS = (*_OF_SEGMENTS, "classifier", "delimiter", "type")
_WITHOUT_EFFECT = frozenset({"default", "param", "rows", "verify", "form_scale"})
"""Keys for the phone, for drawing the form, or of its output."""


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @property
    def unknown_keys(self) -> tuple[str, ...]:
        """Keys of the file that mean something and that this model has no place for, sorted."""
        extra = self.model_extra or {}
        kept = (key for key in extra if not key.startswith("__") and key not in _WITHOUT_EFFECT)
        return tuple(sorted(kept))


class Classifier(_Foreign):
    """How the items of a field are told apart.

    Attributes:
        training_data_uri: ``bubbles``, ``checkboxes``, ``square_checkboxes``, ``numbers`` ...
        classifier_width: Size of what is looked at, form pixels.
        classifier_height: ... and its height.
        classification_map: Class of a mark to what it means; most often true or false.
    """

    training_data_uri: str = "bubbles"
    classifier_width: Length = 14
    classifier_height: Length = 16
    classification_map: dict[str, Any] = {}

    @property
    def graded(self) -> bool:
        """Whether its classes mean more than marked or not."""
        return any(not isinstance(meant, bool) for meant in self.classification_map.values())

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
        """What marking it means; "" where the file does not say."""
        return self.label if self.value is None else self.value


class Segment(_Foreign):
    """A rectangle of the form."""

    segment_x: float
    segment_y: float
    segment_width: Length
    segment_height: Length
    align_segment: bool = False
    items: tuple[Item, ...] = ()


class OdkField(_Foreign):
    """One question.

    Attributes:
        kind: ``string``, ``int``, ``select``, ``select1``, ``qrcode``, ``image``, ``tally`` ...
        constraint: XPath of the phone form.
        classifier: Of its items, where it is not the form's.
        delimiter: Between the values of its items.
        required: It is always answered.
    """

    name: str
    kind: Annotated[str, Constraint(alias="type")] = "string"
    label: str = ""
    constraint: str = ""
    delimiter: str | None = None
    required: bool = False
    classifier: Classifier | None = None
    segments: Annotated[tuple[Segment, ...], Constraint(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _hands_down(cls, data: object) -> object:
        return _handed_down(data, "segments", _OF_SEGMENTS)


class OdkForm(_Foreign):
    """The whole file.

    Attributes:
        image_filename: Picture of the blank form beside it, where it is not ``form.jpg``.
    """

    width: Length
    height: Length
    image_filename: str = ""
    classifier: Classifier = Classifier()
    fields: Annotated[tuple[OdkField, ...], Constraint(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _hands_down(cls, data: object) -> object:
        return _handed_down(data, "fields", _OF_FIELDS)


def _handed_down(data: object, parts: str, keys: tuple[str, ...]) -> object:
    """A part of the file whose own parts say what it says for them and takes it back itself."""
    if not isinstance(data, Mapping) or not isinstance(data.get(parts), list):
        return data
    common = {key: data[key] for key in keys if key in data}
    filled = [common | part if isinstance(part, dict) else part for part in data[parts]]
    own = {key: value for key, value in data.items() if key not in _OF_SEGMENTS}
    return {**own, parts: filled}
