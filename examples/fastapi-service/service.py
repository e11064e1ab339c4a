"""A service that checks records, one or many, and whole feeds: `uvicorn --factory service:create_app`.

In: JSON. Out: violations and what is undecided, why a rule has its verdict, or the report whose schema is
`report.schema.json` of the package. The rules are those beside this file, or those of the environment variable `RULES`.
A record takes microseconds, so the event loop checks it itself; what takes longer is done in threads.
"""

from __future__ import annotations

import asyncio
import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import eduplan_rules as er

#: records after which other requests get their turn: a few milliseconds
AT_ONCE = 200


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


class Refused(BaseModel):
    """Why nothing can be said of a record: its key or its period is missing."""

    refused: str


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
    async def check_record(entity: str, record: dict[str, Any], as_of: date) -> Checked:
        """Check one record under all rules about its entity."""
        ready = await run_in_threadpool(checker, as_of)
        return _checked(ready.check(entity, record))

    @app.post("/records/{entity}/many")
    async def check_records(entity: str, records: list[dict[str, Any]], as_of: date) -> list[Checked | Refused]:
        """Check many records; the answers are in the order of the records."""
        ready = await run_in_threadpool(checker, as_of)
        answers: list[Checked | Refused] = []
        for found in ready.check_many(entity, records):
            answers.append(Refused(refused=str(found)) if isinstance(found, er.DataError) else _checked(found))
            if len(answers) % AT_ONCE == 0:
                await asyncio.sleep(0)
        return answers

    @app.post("/records/{entity}/why")
    def explain_record(entity: str, record: dict[str, Any], as_of: date, rule: str) -> list[dict[str, Any]]:
        """Tell why a rule has its verdict on a record, and what would satisfy it; once for each of its periods."""
        ready = checker(as_of)
        return [ready.explain(each).to_dict() for each in ready.check(entity, record) if each.rule == rule]

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


def _checked(outcomes: list[er.Outcome]) -> Checked:
    return Checked(
        violations=[Violation(**_named(each, Violation)) for each in outcomes if each.verdict == "violated"],
        undecided=[Undecided(**_named(each, Undecided)) for each in outcomes if each.verdict == "unknown"],
    )


def _named(outcome: er.Outcome, model: type[BaseModel]) -> dict[str, Any]:
    """Those parts of an outcome that a model has."""
    return {name: getattr(outcome, name) for name in model.model_fields}
