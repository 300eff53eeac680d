"""Days and moments as people type them in the languages that the bot speaks."""

from datetime import UTC, date, datetime

import pytest

from commands.checkin.dates import read_day, read_past, read_until

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("yesterday 21:00", "23T21:00"),
        ("gestern 21 Uhr", "23T21:00"),
        ("ontem 21:00", "23T21:00"),
        ("ontem às 21h", "23T21:00"),
        ("ontem, às 21 horas", "23T21:00"),
        ("anteontem 9h30", "22T09:30"),
        ("há 2 horas", "24T18:00"),
        ("2 horas atrás", "24T18:00"),
        ("sexta passada 18h", "20T18:00"),
        ("20 de novembro 9h", "20T09:00"),
        ("3h", "24T17:00"),
    ],
)
def test_when_something_was(typed, hour):
    assert f"{read_past(typed, NOW, 'UTC').at:%dT%H:%M}" == hour


@pytest.mark.parametrize(
    ("typed", "day"),
    [("há 30 dias", "2026-10-25"), ("antes de ontem", "2026-11-22"), ("1 de outubro", "2026-10-01")],
)
def test_a_day_that_was(typed, day):
    assert str(read_day(typed, TODAY, "since")) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("a week", "2026-12-01"),
        ("uma semana", "2026-12-01"),
        ("por duas semanas", "2026-12-08"),
        ("até sexta-feira", "2026-11-27"),
        ("amanhã", "2026-11-25"),
        ("um mês", "2026-12-24"),
        ("24 de dezembro", "2026-12-24"),
    ],
)
def test_until_when(typed, day):
    assert str(read_until(typed, TODAY)) == day
