"""The policies of a scenario through time: which are in force, and with which values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.core.dated import Dated
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.policies.channels import channel_of
from sim.policies.reach import Reach


@dataclass(frozen=True)
class PolicyEntry(Dated[Policy]):
    """One policy of a scenario, with its values through time.

    Parameters
    ----------
    without
        Channels that are switched off for it: its hooks that belong to them are left out.
    """

    without: frozenset[str] = frozenset()

    def uses(self, hook: str) -> bool:
        """Whether the policy overrides a hook whose channel is not switched off."""
        policy = type(self.steps[0][1])
        overrides = getattr(policy, hook) is not getattr(Policy, hook)
        return overrides and channel_of(policy, hook) not in self.without

    @cached_property
    def hooks(self) -> frozenset[str]:
        """All hooks it uses."""
        return frozenset(hook for hook in (*VALUE_HOOKS, *EVENTS) if self.uses(hook))

    def events(self, month: int) -> list[tuple[str, Policy]]:
        """Return the start and the end that fall in a month, with the policy concerned."""
        found = []
        if month == self.first:
            found.append(("on_start", self.values(month)))
        if self.last is not None and month == self.last + 1:
            found.append(("on_end", self.values(self.last)))
        return found


class PolicyBook:
    """All policies of a run; the model asks it wherever a policy may act.

    Parameters
    ----------
    entries
        Policies of a scenario (``scenario.policies``).
    """

    def __init__(self, entries: Sequence[PolicyEntry]) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.name))
        self._month: int | None = None
        self._acts: dict[str, list[Callable[..., Any]]] = {}
        self._reach: Reach | None = None

    def note_reach(self) -> Reach:
        """From now on, note which firms each policy reaches, and return the notes."""
        self._reach = Reach()
        return self._reach

    def in_force(self, month: int) -> tuple[Policy, ...]:
        """Return the policies in force in a month, with the values of that month."""
        standing = (entry.at(month) for entry in self.entries)
        return tuple(policy for policy in standing if policy is not None)

    def adjust(self, hook: str, model: Any, value: Any, *arguments: Any) -> Any:
        """Pass a value through every policy in force that overrides a value hook.

        Parameters
        ----------
        hook
            Name of the hook, for example ``"adjust_terms"``.
        model
            The running model; its ``month`` says which policies are in force.
        value
            What the rule computed.
        *arguments
            Further arguments of the hook, for example the rows.

        Returns
        -------
        ``value`` itself when no policy overrides the hook.
        """
        if self.entries:
            for act in self._acting(model.month).get(hook, ()):
                if self._reach is None:
                    value = act(model, value, *arguments)
                else:
                    value = self._reach.adjusted(act, model, value, arguments)
        return value

    def call(self, event: str, model: Any, *arguments: Any) -> None:
        """Tell every policy concerned that a moment of the month has come.

        ``on_start`` and ``on_end`` reach only the policies that start or have ended this month,
        so the model may announce them every month.
        """
        if self.entries:
            for act in self._acting(model.month).get(event, ()):
                if self._reach is None:
                    act(model, *arguments)
                else:
                    self._reach.called(act, model, arguments)

    def _acting(self, month: int) -> dict[str, list[Callable[..., Any]]]:
        if month != self._month:
            self._month, self._acts = month, self._overrides(month)
        return self._acts

    def _overrides(self, month: int) -> dict[str, list[Callable[..., Any]]]:
        once = {"on_start", "on_end"}
        calls = [
            (hook, entry, policy)
            for entry in self.entries
            if (policy := entry.at(month)) is not None
            for hook in entry.hooks - once
        ]
        calls += [(hook, entry, policy) for entry in self.entries for hook, policy in entry.events(month)]
        acts: dict[str, list[Callable[..., Any]]] = {}
        for hook, entry, policy in calls:
            if hook in entry.hooks:
                acts.setdefault(hook, []).append(getattr(policy, hook))
        return acts
