"""Days, moments and spans as people type them, in each language."""

from datetime import UTC, date, datetime, time

import pytest

from commands.checkin.dates import read_past, read_until
from commands.checkin.reading import read_quiet
from commands.checkin.schedule import Quiet

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [
        ("yesterday at 9pm", 23, 21),
        ("a day ago", 23, 12),
        ("an hour ago", 24, 9),
        ("vorgestern um 8 Uhr", 22, 8),
        ("vor 3 Tagen", 21, 12),
        ("ayer 21:00", 23, 21),
        ("ayer a las 9 de la noche", 23, 21),
        ("a las 7:00", 24, 7),
        ("hoy a las 8 de la mañana", 24, 8),
        ("el lunes a las 9:00", 23, 9),
        ("lunes pasado", 23, 12),
        ("antes de ayer", 22, 12),
        ("hace 3 días", 21, 12),
        ("hace una hora", 24, 9),
        ("el 3 de noviembre de 2026 a las 8:00", 3, 8),
    ],
)
def test_a_moment_that_was(typed, day, hour):
    assert read_past(typed, NOW, "UTC").at == datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("a week", date(2026, 12, 1)),
        ("eine Woche", date(2026, 12, 1)),
        ("una semana", date(2026, 12, 1)),
        ("10 días", date(2026, 12, 4)),
        ("un mes", date(2026, 12, 24)),
        ("hasta el viernes", date(2026, 11, 27)),
        ("24 de diciembre", date(2026, 12, 24)),
    ],
)
def test_the_end_of_a_pause(typed, day):
    assert read_until(typed, NOW.date()) == day


@pytest.mark.parametrize("typed", ["22:00-07:00", "22 Uhr bis 7 Uhr", "10 de la noche a 7 de la mañana"])
def test_quiet_hours(typed):
    assert read_quiet(typed) == Quiet(time(22), time(7))
