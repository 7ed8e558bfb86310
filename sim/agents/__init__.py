"""Mesa's face over columns: windows on firms, sets of firms, windows on the holders of money."""

from sim.agents.face import MesaFace
from sim.agents.firm import Conglomerate, FirmAgent, Startup, Supplier
from sim.agents.firmset import FirmSet
from sim.agents.groups import FirmGroups
from sim.agents.holder import Holder

__all__ = [
    "Conglomerate",
    "FirmAgent",
    "FirmGroups",
    "FirmSet",
    "Holder",
    "MesaFace",
    "Startup",
    "Supplier",
]
