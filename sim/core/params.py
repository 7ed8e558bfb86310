"""Declared parameters: every number with a meaning has unit, bounds, default and source."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Parameters(BaseModel):
    """A group of declared parameters; unknown names and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    title: ClassVar[str] = ""

    @classmethod
    def describe(cls) -> list[dict[str, Any]]:
        """Return one row a parameter: name, unit, lower and upper bound, default, meaning, source."""
        rows = []
        for name, field in cls.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict), f"{cls.__name__}.{name} is not declared with param()"
            rows.append({"name": name, **extra, "default": field.default, "meaning": field.description})
        return rows


def param(
    default: Any,
    *,
    unit: str,
    doc: str,
    source: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
) -> Any:
    """Declare a parameter.

    Parameters
    ----------
    default
        Value when a scenario does not set it.
    unit
        Unit; ``"1"`` for a ratio, ``"1/year"`` for a yearly rate.
    doc
        What it means, in a phrase.
    source
        A publication, a row of the evidence, or "scenario assumption" with a range.
    ge, gt, le, lt
        Bounds: at least, more than, at most, less than.
    """
    bounds = {"ge": ge, "gt": gt, "le": le, "lt": lt}
    return Field(
        default,
        description=doc,
        json_schema_extra={"unit": unit, **bounds, "source": source},
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
    )
