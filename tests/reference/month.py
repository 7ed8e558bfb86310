"""One month of the slow economy, in order."""

from __future__ import annotations

from . import (
    contracting,
    entering,
    failing,
    planning,
    producing,
    quarter,
    screening,
    searching,
    settling,
    year,
)
from .state import SlowEconomy


def live_a_month(economy: SlowEconomy) -> None:
    """Live one month, firm by firm and link by link."""
    opening = open_month(economy)
    planning.move_the_world(economy)
    planning.plan_output(economy)
    planning.want_final_goods(economy)
    planning.place_orders(economy)
    producing.grant_credit(economy)
    producing.fund_plans(economy)
    producing.staff_up(economy)
    producing.produce(economy)
    producing.deliver(economy)
    producing.sell_to_final_users(economy)
    settling.settle(economy)
    settling.pay_interest_and_transfers(economy)
    settling.close_accounts(economy)
    failing.close_firms(economy)
    contracting.update_costs_and_prices(economy)
    contracting.review_contracts(economy)
    searching.look_for_suppliers(economy, economy.month % 3 == 2)
    if economy.month % 3 == 2:
        close_quarter(economy)
    if economy.month % 12 == 11:
        close_year(economy)
    settling.record_households(economy, opening)
    economy.month += 1


def open_month(economy: SlowEconomy) -> dict:
    """Start the month's counts; return what every household cell has."""
    economy.events = {}
    for firm in economy.firms:
        firm.interest = firm.losses = firm.profit = firm.transfers = 0
    for bank in economy.banks:
        bank.losses = 0
    for cell in economy.households:
        cell.owners_spent = 0
    return {cell: cell.deposits for cell in economy.households}


def close_quarter(economy: SlowEconomy) -> None:
    """March, June, September, December."""
    quarter.set_wages(economy)
    quarter.advance_technology(economy)
    screening.screen_suppliers(economy)
    entering.enter_firms(economy)
    quarter.grow_up(economy)


def close_year(economy: SlowEconomy) -> None:
    """December."""
    year.pay_bonuses(economy)
    year.tax_profits(economy)
    year.raise_debt(economy)
    year.pay_dividends(economy)
    year.repay_loans(economy)
    year.sweep_estates(economy)
    year.pay_bank_dividends(economy)
    year.refresh_places(economy)
    year.close_year(economy)
