"""A service that checks single records and whole feeds: `uvicorn --factory service:create_app`.

In: JSON. Out: violations and what is undecided, or the report whose schema is `report.schema.json` of the package. The
rules are those beside this file, or those of the environment variable `RULES`.
"""

from __future__ import annotations

import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import eduplan_rules as er


class Rule(BaseModel):
    """A rule as it is listed."""

    id: str
    title: dict[str, str]
    clause: str | None
    entity: str
    severity: str


class Violation(BaseModel):
    """A rule that a record breaks, and by how much."""

    id: str
    rule: str
    severity: str
    message: dict[str, str]
    gap: float | None
    unit: str | None


class Undecided(BaseModel):
    """A rule that cannot be decided, and the facts that are missing."""

    rule: str
    missing: list[dict[str, Any]]


class Checked(BaseModel):
    """What is wrong with a record; it passes where both are empty."""

    violations: list[Violation]
    undecided: list[Undecided]


class Feed(BaseModel):
    """Tables by entity, each a list of rows, and the day they are judged on."""

    as_of: date
    tables: dict[str, list[dict[str, Any]]]
    periods: str = "latest"


def create_app(book: er.Rulebook | None = None) -> FastAPI:
    """The service for a rulebook, which is loaded once; a checker is compiled once for each day."""
    rules = book or er.load_rulebook(os.environ.get("RULES", Path(__file__).with_name("rules.yaml")))
    app = FastAPI(title="eduplan_rules")

    @lru_cache(maxsize=8)
    def checker(day: date) -> er.Checker:
        return er.Checker(rules, as_of=day)

    @app.get("/rules")
    def list_rules() -> list[Rule]:
        """All rules."""
        return [
            Rule(id=name, title=rule.title, clause=rule.clause, entity=rule.for_, severity=rule.severity)
            for name, rule in rules.rules.items()
        ]

    @app.post("/records/{entity}")
    def check_record(entity: str, record: dict[str, Any], as_of: date) -> Checked:
        """Check one record under all rules about its entity."""
        outcomes = checker(as_of).check(entity, record)
        return Checked(
            violations=[Violation(**_named(each, Violation)) for each in outcomes if each.verdict == "violated"],
            undecided=[Undecided(**_named(each, Undecided)) for each in outcomes if each.verdict == "unknown"],
        )

    @app.post("/reports")
    def check_feed(feed: Feed) -> dict[str, Any]:
        """Check whole tables."""
        return er.evaluate(rules, feed.tables, as_of=feed.as_of, periods=feed.periods).to_dict()

    @app.exception_handler(er.DataError)
    @app.exception_handler(ValueError)
    def refuse(request: Request, error: Exception) -> JSONResponse:
        """Facts that nothing can be judged of, and periods that are none."""
        return JSONResponse({"detail": str(error).splitlines()}, status_code=422)

    return app


def _named(outcome: er.Outcome, model: type[BaseModel]) -> dict[str, Any]:
    """Those parts of an outcome that a model has."""
    return {name: getattr(outcome, name) for name in model.model_fields}
