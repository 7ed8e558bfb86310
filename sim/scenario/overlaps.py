"""Two policies that set the same term for the same firms at the same time: noted, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import combinations, product

from sim.core.months import month_name
from sim.policies import available, load
from sim.policies.base import VALUE_HOOKS, Policy
from sim.policies.book import PolicyEntry
from sim.policies.terms import How, Sets, contradict, rule
from sim.policies.where import Where
from sim.scenario.checker import Checker
from sim.scenario.messages import show

Pair = tuple[PolicyEntry, PolicyEntry]


def check_overlaps(check: Checker, entries: Sequence[PolicyEntry], end: int) -> None:
    """Note every pair of policies that set the same term, and refuse those between which nothing decides.

    ``end`` is the last month of the run.
    """
    for pair in combinations(sorted(entries, key=lambda entry: entry.name), 2):
        told = {one.at for one in report_terms(check, pair, end)}
        if not all(entry.name in available() for entry in pair):
            note_hooks(check, pair, end, told)


def report_terms(check: Checker, pair: Pair, end: int) -> list[Sets]:
    """Note or refuse the terms that both set; return what was reported."""
    reported: dict[str, Sets] = {}
    first, second = pair
    for one, two in shared(type(first.steps[0][1]), type(second.steps[0][1])):
        span = together(pair, end, one, two)
        if span is None or one.term in reported:
            continue
        reported[one.term] = one
        values = [getattr(entry.at(span[0]), sets.by) for entry, sets in zip(pair, (one, two), strict=True)]
        given = ", ".join(
            f"{entry.name}.{sets.by} = {show(value)}"
            for entry, sets, value in zip(pair, (one, two), values, strict=True)
        )
        names = f"policy.{first.name} and policy.{second.name}"
        told = f"both set {one.term} {during(*span)}"
        if contradict(one, values[0], two, values[1]):
            fix = "nothing decides between them: change a value, the dates or where, or switch one off"
            check.report(("policy", second.name), f"{names} {told} for the same firms: {given}", fix)
        else:
            decides = rule((first.name, one), (second.name, two))
            check.notes.append(f"{names} {told} where both reach a firm ({given}): {decides}")
    return list(reported.values())


def note_hooks(check: Checker, pair: Pair, end: int, told: set[str]) -> None:
    """Note the value hooks that both override, where one of them is a policy of the user's own."""
    first, second = pair
    span = together(pair, end)
    hooks = [hook for hook in VALUE_HOOKS if hook not in told and all(overrides(one, hook) for one in pair)]
    if span is not None and hooks:
        check.notes.append(
            f"policy.{first.name} and policy.{second.name} both change {', '.join(hooks)} {during(*span)}: "
            f"alphabetical order of names decides: {second.name} receives what {first.name} returned"
        )


def overrides(entry: PolicyEntry, hook: str) -> bool:
    """Whether a policy overrides a hook."""
    return getattr(type(entry.steps[0][1]), hook) is not getattr(Policy, hook)


def shared(first: type[Policy], second: type[Policy]) -> Iterator[tuple[Sets, Sets]]:
    """Yield the terms that two policies set, those set at the same moment before the others."""
    pairs = [(one, two) for one, two in product(first.sets, second.sets) if one.term == two.term]
    yield from sorted(pairs, key=lambda pair: pair[0].at != pair[1].at)


def together(
    pair: Pair, end: int, one: Sets | None = None, two: Sets | None = None
) -> tuple[int, int | None] | None:
    """Return first and last month, or None, in which both are in force, act and may reach the same firm.

    The last is None where nothing ends before the run does.
    """
    ends = [entry.last for entry in pair if entry.last is not None and entry.last < end]
    last = min(ends, default=end)
    changes = sorted({month for entry in pair for month, _ in entry.steps})
    for month in changes:
        policies = [entry.at(month) for entry in pair]
        if month > last or None in policies:
            continue
        acting = [
            policy is not None and (sets is None or sets.acts(policy))
            for policy, sets in zip(policies, (one, two), strict=True)
        ]
        if all(acting) and meet(*(policy.where for policy in policies if policy is not None)):
            return month, min(ends, default=None)
    return None


def meet(one: Where, other: Where) -> bool:
    """Whether two masks may hold for the same firm: no axis of both excludes all of the other's names."""
    axes = [(getattr(one, axis.name), getattr(other, axis.name)) for axis in fields(Where)]
    return all(not first or not second or set(first) & set(second) for first, second in axes)


def during(first: int, last: int | None) -> str:
    """Say from when to when."""
    return f"from {month_name(first)} " + ("on" if last is None else f"to {month_name(last)}")


def set_terms(policy: type[Policy]) -> list[str]:
    """Return sentences on the terms a policy sets, and on the policies of the package that set them too."""
    if not policy.sets:
        return []
    limits = {How.AT_MOST: "at most ", How.AT_LEAST: "at least ", How.EXACTLY: "exactly "}
    terms = [f"{one.term} ({limits.get(one.how, '')}{one.by})" for one in policy.sets]
    told = [f"It sets {', '.join(dict.fromkeys(terms))}."]
    for other in available():
        found: dict[str, str] = {}
        for one, two in shared(policy, load(other)) if other != policy.name else ():
            first, second = sorted([(policy.name, one), (other, two)], key=lambda named: named[0])
            found.setdefault(one.term, rule(first, second))
        told += [f"{other} sets {term} too: {decides}." for term, decides in found.items()]
    return told
