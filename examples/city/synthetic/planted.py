"""Everything that is planted, in one table."""

from __future__ import annotations

from typing import Final

from synthetic import (
    planted_balance,
    planted_inspection,
    planted_ledgers,
    planted_money,
    planted_security,
    planted_surroundings,
)
from synthetic.planting import Planted, Verdict, sow
from synthetic.tables import City

PLANTED: Final[tuple[Planted, ...]] = (
    *planted_security.PLANTED,
    *planted_ledgers.PREVENTION,
    *planted_ledgers.EDUCATION,
    *planted_surroundings.PLANTED,
    *planted_inspection.PLANTED,
    *planted_money.PLANTED,
    *planted_balance.PLANTED,
)


def plant(city: City) -> dict[Verdict, dict[str, set[str]]]:
    """Plant all of it, and give the subjects to be found by verdict and rule."""
    return sow(city, PLANTED)


#: rules that nothing can violate by the end of 2022: they are due with the plan, or at its middle
DUE_LATER: Final = frozenset(
    {
        "balance.assessment",
        "balance.guarantee-records",
        "finance.cost-sharing",
        "finance.fee-standard",
        "finance.performance-measures",
        "implementation.mid-term-evaluation",
        "implementation.pilot-batches",
        "implementation.pilot-zone",
        "implementation.spatial-plan",
        "implementation.supporting-policy",
        "inspection.regulation-measures",
        "party.principal-responsibility",
        "party.theory-teachers",
        "safety.platform",
        "surroundings.department-duties",
        "surroundings.joint-meeting",
        "surroundings.joint-meeting-city",
    }
)
#: rules that speak about no one yet: they begin later
BEGIN_LATER: Final = frozenset({"finance.fee-evaluation", "implementation.adjustment", "safety.psychology-teachers"})
