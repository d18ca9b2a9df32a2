"""The examples that hypothesis draws: the same everywhere and every time, or, in a search (make fuzz), others and more.

What a search finds is kept as an @example of the test that it broke.
"""

from hypothesis import HealthCheck, settings

# no deadlines and no complaint of slow drawing: they would follow the load of the machine
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", settings.get_profile("same"), derandomize=False, print_blob=True)


def draw_more(tests, times: int) -> None:
    """Let each test of hypothesis among `tests` draw `times` as many examples as it says itself."""
    for test in {test for test in tests if getattr(test, "is_hypothesis_test", False)}:
        own = test._hypothesis_internal_use_settings  # there is no option above what a test says
        test._hypothesis_internal_use_settings = settings(own, max_examples=times * own.max_examples)
