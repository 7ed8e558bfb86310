"""Small designs, and a policy that fails above a limit, for sweeps of the real model."""

LIMITED = '''
from sim.core.params import param
from sim.policies.base import Policy


class Limited(Policy):
    """Fail above a limit."""

    level: float = param(0.0, ge=0, le=1, unit="1", doc="level", source="scenario assumption, 0 to 1")
    limit: float = param(1.0, ge=0, le=1, unit="1", doc="limit", source="scenario assumption, 0 to 1")

    def on_month_start(self, model):
        if self.level > self.limit:
            raise RuntimeError("as it should")
'''
DECISIVE = """\
title = "Small"
scenarios = ["small.toml", "quick.toml"]
method = "{method}"
points = {points}
seeds = {seeds}

[parameters]
policy.payment_terms.max_months = {{ low = 0, high = {most} }}
policy.limited.limit = {limit}
policy.limited.level = {{}}
"""
SHARE, FUND = "policy.profit_sharing.share", "policy.cooperation_fund.contribution_rate"
MIXED = """\
[economy]
firms = 200
[run]
months = 12
[policy.profit_sharing]
share = {share}
[policy.cooperation_fund]
contribution_rate = {fund}
"""
DOSES = f"""\
[parameters]
{SHARE} = {{{{ low = 0.0, high = 0.2 }}}}
{FUND} = {{{{ low = 0.0, high = 0.02 }}}}
"""
