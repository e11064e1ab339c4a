"""Facts for the tests of those who embed the library, as Hypothesis strategies; needs the extra `testing`.

from hypothesis import given
from eduplan_rules.testing import broken_facts, facts

@given(facts(book))
def test_my_pipeline_takes_what_the_rulebook_declares(tables): ...

@given(broken_facts(book))
def test_my_pipeline_finds_what_is_wrong(broken): ...
"""

from eduplan_rules.testing.faults import CODES, Broken, Fault, broken_facts
from eduplan_rules.testing.rows import Tables, facts, records

__all__ = ["CODES", "Broken", "Fault", "Tables", "broken_facts", "facts", "records"]
