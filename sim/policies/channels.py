"""Channels: the six ways by which policies reach the economy, each a group of hooks.

A value hook belongs to one channel whatever policy uses it, and so does an event that pays what a value
hook of its channel promised. All other events, and what makes firms take part, belong to the channel that
the policy declares (`Policy.channel`). Switching a channel off for a policy takes its hooks of it away.
"""

from __future__ import annotations

from sim.policies.base import EVENTS, VALUE_HOOKS, Policy

CHANNELS = ("demand", "price", "liquidity", "credit", "technology", "entry")
CHANNEL_OF = {
    **dict.fromkeys(
        (
            "adjust_export_demand",
            "adjust_government_demand",
            "adjust_home_shares",
            "adjust_home_demand",
            "adjust_expected_demand",
        ),
        "demand",
    ),
    **dict.fromkeys(
        (
            "adjust_supplier_review",
            "adjust_buyer_review",
            "adjust_price_change",
            "adjust_in_sourcing",
            "adjust_offers",
            "adjust_inspection",
            "adjust_compliance",
        ),
        "price",
    ),
    "adjust_terms": "liquidity",
    **dict.fromkeys(("adjust_loan_rate", "adjust_credit_line"), "credit"),
    **dict.fromkeys(
        (
            "adjust_investment",
            "adjust_research",
            "adjust_spillover",
            "adjust_adoption",
            "adjust_adoption_cost",
            "adjust_retrofit_cost",
            "adjust_absorption",
            "adjust_switching",
            "adjust_switching_cost",
            "adjust_theft",
            "adjust_penalties",
            "on_adoption",
            "on_switching",
            "on_retrofit",
            "on_theft",
        ),
        "technology",
    ),
    **dict.fromkeys(("adjust_entry", "adjust_pilot_price", "adjust_equity", "on_entry"), "entry"),
}


def channel_of(policy: type[Policy], hook: str) -> str:
    """Return the channel to which a hook of a policy belongs; "" where its policy declares none."""
    return CHANNEL_OF.get(hook, policy.channel)


def hooks_of(policy: type[Policy]) -> list[str]:
    """Return the hooks a policy overrides."""
    return [hook for hook in (*VALUE_HOOKS, *EVENTS) if getattr(policy, hook) is not getattr(Policy, hook)]


def channels_of(policy: type[Policy]) -> set[str]:
    """Return the channels through which a policy acts."""
    return {channel_of(policy, hook) for hook in hooks_of(policy)}
