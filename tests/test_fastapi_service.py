"""The example of a FastAPI service, asked without a server."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import eduplan_rules as er

pytest.importorskip("fastapi", reason="fastapi is not installed: pip install '.[dev]'")
pytest.importorskip("httpx", reason="httpx is not installed: pip install '.[dev]'")

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

# the test client would rather have the successor of httpx
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with")

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "examples" / "fastapi-service" / "service.py"
A1 = {"school_id": "A1", "year": 2022, "students": 1600, "guards": 2}
ON_THE_DAY = {"as_of": "2022-12-31"}


def service() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fastapi_service", SERVICE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # where its annotations are looked up
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def client() -> TestClient:
    from fastapi.testclient import TestClient

    return TestClient(service().create_app())


def test_the_rules_are_listed(client: TestClient) -> None:
    (rule,) = client.get("/rules").json()
    assert (rule["id"], rule["entity"], rule["severity"]) == ("safety.guards", "school", "error")
    assert rule["title"]["zh"] == "专职保安配备达标"


def test_a_record_is_told_its_violations(client: TestClient) -> None:
    answer = client.post("/records/school", params=ON_THE_DAY, json=A1)
    assert answer.status_code == 200
    (violation,) = answer.json()["violations"]
    assert (violation["rule"], violation["gap"], violation["unit"]) == ("safety.guards", 2, "人")
    assert violation["message"]["en"] == "2 guards for 1600 students"


def test_labels_do_as_well_and_what_is_kept_gives_nothing(client: TestClient) -> None:
    record = {"学校代码": "A2", "year": "2022", "在校生数": "80", "专职保安数": "1"}
    assert client.post("/records/学校", params=ON_THE_DAY, json=record).json() == {"violations": [], "undecided": []}


def test_what_is_missing_does_not_pass(client: TestClient) -> None:
    answer = client.post("/records/school", params=ON_THE_DAY, json={"school_id": "A3", "year": 2022, "students": 450})
    (undecided,) = answer.json()["undecided"]
    assert undecided["rule"] == "safety.guards"
    assert [fact["fact"] for fact in undecided["missing"]] == ["guards"]


def test_many_records_are_answered_in_order(client: TestClient) -> None:
    records = [A1, {"school_id": "A2"}, {"school_id": "A3", "year": 2022, "students": 80, "guards": 1}] * 200
    answer = client.post("/records/school/many", params=ON_THE_DAY, json=records)
    assert answer.status_code == 200
    first, second, third = answer.json()[:3]
    assert first == client.post("/records/school", params=ON_THE_DAY, json=A1).json()
    assert second == {"refused": "a record of school needs `year`, a year, found None"}
    assert third == {"violations": [], "undecided": []}
    assert answer.json() == [first, second, third] * 200


def test_others_get_their_turn_between_many_records() -> None:
    module = service()
    (many,) = (route.endpoint for route in module.create_app().routes if route.path.endswith("/many"))
    log: list[str] = []

    def records() -> Iterator[dict[str, Any]]:
        for _ in range(module.AT_ONCE * 10):
            log.append("record")
            yield A1

    async def other() -> None:
        while True:
            log.append("turn")
            await asyncio.sleep(0)

    async def both() -> None:
        waiting = asyncio.ensure_future(other())
        await many("school", records(), date(2022, 12, 31))
        waiting.cancel()

    asyncio.run(both())
    judging = log[log.index("record") : len(log) - log[::-1].index("record")]
    assert judging.count("turn") == 9


def test_a_verdict_is_explained(client: TestClient) -> None:
    params = ON_THE_DAY | {"rule": "safety.guards"}
    (explanation,) = client.post("/records/school/why", params=params, json=A1).json()
    assert explanation["outcome"]["gap"] == 2
    assert explanation["why"]["require"]["children"][1]["parameter"]["name"] == "guards_minimum"
    assert "4" in explanation["remedies"][0]["text"]["en"]


def test_a_feed_gives_the_report_of_the_library(client: TestClient) -> None:
    tables = {"school": [A1, {"school_id": "A2", "year": 2022, "students": 80, "guards": "many"}]}
    answer = client.post("/reports", json={**ON_THE_DAY, "tables": tables}).json()
    report = er.evaluate(er.load_rulebook(SERVICE.with_name("rules.yaml")), tables, as_of="2022-12-31")
    assert answer == json.loads(json.dumps(report.to_dict() | {"rulebook": answer["rulebook"]}))
    assert [found["code"] for found in answer["findings"]] == ["unreadable-cell"]
    assert len(answer["violations"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/records/shool?as_of=2022-12-31", A1, "there is no entity `shool`, did you mean `School`?"),
        ("/records/school?as_of=2022-12-31", {"school_id": "A1"}, "a record of school needs `year`"),
        ("/records/school?as_of=31.12.2022", A1, "as_of"),
        ("/records/school", A1, "as_of"),
        ("/records/shool/many?as_of=2022-12-31", [A1], "there is no entity `shool`, did you mean `School`?"),
        ("/reports", {**ON_THE_DAY, "tables": {}}, "no table was handed over"),
        ("/reports", {**ON_THE_DAY, "tables": {"school": [A1]}, "periods": "then"}, "then"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(client: TestClient, path: str, body: Any, told: str) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    assert told in answer.text


def test_other_rules_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    monkeypatch.setenv("RULES", str(ROOT / "rules"))
    listed = TestClient(service().create_app()).get("/rules").json()
    assert len(listed) > 100
