"""Behaviour: pure functions, arrays in and arrays out; they also accept one number."""

from sim.core.params import Parameters
from sim.rules.credit import CreditParameters
from sim.rules.demand import DemandParameters
from sim.rules.labour import LabourParameters
from sim.rules.lifecycle import LifecycleParameters
from sim.rules.matching import MatchingParameters
from sim.rules.payment import PaymentParameters
from sim.rules.pricing import PricingParameters
from sim.rules.production import ProductionParameters
from sim.rules.public import GovernmentParameters, WorldParameters
from sim.rules.screening import ScreeningParameters
from sim.rules.smart_factory import SmartFactoryParameters
from sim.rules.technology import TechnologyParameters
from sim.rules.theft import TheftParameters
from sim.rules.transition import TransitionParameters

PARAMETERS: dict[str, type[Parameters]] = {
    "demand": DemandParameters,
    "production": ProductionParameters,
    "pricing": PricingParameters,
    "payment": PaymentParameters,
    "credit": CreditParameters,
    "labour": LabourParameters,
    "technology": TechnologyParameters,
    "theft": TheftParameters,
    "smart_factory": SmartFactoryParameters,
    "screening": ScreeningParameters,
    "matching": MatchingParameters,
    "lifecycle": LifecycleParameters,
    "government": GovernmentParameters,
    "world": WorldParameters,
    "transition": TransitionParameters,
}
"""Tables of a scenario file, by name."""
