"""Turning a refused value into one message: what is wrong, what is allowed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Mapping
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from sim.core.errors import nearest
from sim.core.params import Parameters

KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}


def show(value: Any) -> str:
    """Write a value as a scenario file would, shortened.

    Examples
    --------
    >>> show(True), show("x"), show(0.5)
    ('true', '"x"', '0.5')
    """
    if isinstance(value, datetime.date | datetime.time):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return "a table"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def kind(annotation: Any) -> str:
    """Say in words what type of value a parameter takes."""
    if get_origin(annotation) is tuple:
        return f"a list, each {kind(get_args(annotation)[0])}"
    choices = get_args(annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    if choices:
        return " or ".join(kind(choice) for choice in choices if choice is not type(None))
    return KINDS.get(annotation, getattr(annotation, "__name__", str(annotation)))


def bounds(row: Mapping[str, Any]) -> str:
    """Say in words which values of a declared parameter are allowed."""
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    parts = [f"{word} {row[bound]:,.12g}" for bound, word in words.items() if row.get(bound) is not None]
    return " and ".join(parts)


def allowed(group: type[Parameters], name: str) -> str:
    """Say what a parameter takes: type, bounds, unit, meaning, default."""
    field = group.model_fields[name]
    row = field.json_schema_extra
    assert isinstance(row, dict)
    limits = ", ".join(part for part in (kind(field.annotation), bounds(row)) if part)
    unit = "" if row["unit"] in ("1", "name", "table") else f", in {row['unit']}"
    default = f"; default {show(field.default)}" if not isinstance(field.default, Parameters) else ""
    return f"allowed: {limits}{unit} ({field.description}){default}"


def refusal(group: type[Parameters], error: ErrorDetails, also: Collection[str] = ()) -> tuple[str, str]:
    """Return what is wrong and what to do, for one error of pydantic."""
    name = str(error["loc"][0]) if error["loc"] else ""
    value = error["input"]
    if error["type"] == "extra_forbidden":
        return "unknown key", nearest(name, {*group.model_fields, *also})
    if name not in group.model_fields:
        return error["msg"], ""
    fix = allowed(group, name)
    if error["type"].endswith(("_type", "_parsing")) or error["type"] == "is_instance_of":
        return f"wrong type: {show(value)}", fix
    if error["type"] == "literal_error" and isinstance(value, str):
        return f"unknown value {show(value)}", nearest(
            value, map(str, get_args(group.model_fields[name].annotation))
        )
    if error["type"].startswith(("greater_than", "less_than", "finite")):
        return f"out of bounds: {show(value)}", fix
    return f"{show(value)}: {error['msg']}", fix
