"""Settings of the property tests, a daily profile and a long one (`HYPOTHESIS_PROFILE=long`); the city, made once."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from city import make_city

_CHECKS = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
]

settings.register_profile("daily", max_examples=100, derandomize=True, deadline=None, suppress_health_check=_CHECKS)
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=_CHECKS, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "daily"))


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("city") / "data")
