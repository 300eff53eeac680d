"""What may be typed for days, times and dates, a table for each language. Pure data, for `reading.py` and `dates.py`.

All tables are read at once, whatever the reader's language: who lives in two languages may type in both. So a short
form that means two things in two languages ("do" is Thursday in German and Sunday in Spanish) belongs to none but the
first. A further language is one more `Vocabulary` in `LANGUAGES`; a test says where two of them disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words, in lower case. Days are Monday to Sunday, each with all its names."""

    days: tuple[tuple[str, ...], ...]
    every_day: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekends: tuple[str, ...]
    numbers: dict[str, int]
    """Words for small numbers: "two" is 2."""
    every: tuple[str, ...]
    """What stands before a number of days: "every" 2 days."""
    other: dict[str, int]
    """Whole phrases for a number of days: "every other day" is 2, "weekly" is 7."""
    day_units: tuple[str, ...]
    week_units: tuple[str, ...]
    a_day: tuple[str, ...]
    """What stands after a number of times: twice "a day"."""
    times: dict[str, int]
    """Words for a number of times: "twice" is 2."""
    fillers: tuple[str, ...]
    """Words that say nothing: "at", "on", "and"."""
    today: tuple[str, ...]
    yesterday: tuple[str, ...]
    tomorrow: tuple[str, ...]
    before_yesterday: tuple[str, ...]
    hour_units: tuple[str, ...]
    month_units: tuple[str, ...]
    ago: tuple[str, ...]
    """What says that a span lies in the past: 3 days "ago"."""
    off: tuple[str, ...]
    last: tuple[str, ...] = ()
    """last monday."""
    months: tuple[tuple[str, ...], ...] = field(default=())
    through: tuple[str, ...] = ()
    """What joins the first day and the last: monday "to" friday."""
    before_noon: tuple[str, ...] = ()
    """What says that an hour up to eleven is before noon, where that takes several words."""
    after_noon: tuple[str, ...] = ()


ENGLISH = Vocabulary(
    days=(
        ("mon", "monday", "mondays"),
        ("tue", "tues", "tuesday", "tuesdays"),
        ("wed", "weds", "wednesday", "wednesdays"),
        ("thu", "thur", "thurs", "thursday", "thursdays"),
        ("fri", "friday", "fridays"),
        ("sat", "saturday", "saturdays"),
        ("sun", "sunday", "sundays"),
    ),
    every_day=("daily", "every day", "everyday", "each day"),
    weekdays=("weekdays", "weekday", "on weekdays", "every weekday", "workdays"),
    weekends=("weekends", "weekend", "at weekends", "on weekends", "every weekend"),
    numbers={"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "second": 2, "third": 3},
    every=("every", "each"),
    other={
        "every other day": 2,
        "alternate days": 2,
        "weekly": 7,
        "once a week": 7,
        "every week": 7,
        "fortnightly": 14,
    },
    day_units=("day", "days"),
    week_units=("week", "weeks"),
    a_day=("a day", "daily", "per day", "every day", "each day"),
    times={"once": 1, "twice": 2, "thrice": 3, "one time": 1, "two times": 2, "three times": 3, "four times": 4},
    fillers=("at", "on", "and", "around", "o'clock", "the", "from", "in", "until", "till", "to", "for"),
    today=("today",),
    yesterday=("yesterday",),
    tomorrow=("tomorrow",),
    before_yesterday=("the day before yesterday", "day before yesterday"),
    hour_units=("hour", "hours", "h"),
    month_units=("month", "months"),
    ago=("ago",),
    off=("off", "none", "no", "-"),
    last=("last",),
    months=(
        ("jan", "january"),
        ("feb", "february"),
        ("mar", "march"),
        ("apr", "april"),
        ("may",),
        ("jun", "june"),
        ("jul", "july"),
        ("aug", "august"),
        ("sep", "sept", "september"),
        ("oct", "october"),
        ("nov", "november"),
        ("dec", "december"),
    ),
    through=("to", "through", "till", "until"),
)

GERMAN = Vocabulary(
    days=(
        ("mo", "montag", "montags"),
        ("di", "dienstag", "dienstags"),
        ("mi", "mittwoch", "mittwochs"),
        ("do", "donnerstag", "donnerstags"),
        ("fr", "freitag", "freitags"),
        ("sa", "samstag", "samstags", "sonnabend", "sonnabends"),
        ("so", "sonntag", "sonntags"),
    ),
    every_day=("täglich", "jeden tag", "taeglich"),
    weekdays=("werktags", "werktage", "an werktagen", "wochentags", "unter der woche", "unter der wochen"),
    weekends=("am wochenende", "wochenende", "wochenends", "an wochenenden", "jedes wochenende"),
    numbers={
        "ein": 1,
        "eine": 1,
        "einen": 1,
        "einer": 1,
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
        "sechs": 6,
        "sieben": 7,
        "zweiten": 2,
        "dritten": 3,
        "vierten": 4,
        "fünften": 5,
    },
    every=("alle", "jeden", "jede"),
    other={
        "jeden zweiten tag": 2,
        "jeden anderen tag": 2,
        "wöchentlich": 7,
        "einmal die woche": 7,
        "jede woche": 7,
        "einmal pro woche": 7,
        "alle vierzehn tage": 14,
    },
    day_units=("tag", "tage", "tagen"),
    week_units=("woche", "wochen"),
    a_day=("am tag", "täglich", "pro tag", "jeden tag"),
    times={"einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4},
    fillers=("um", "und", "uhr", "am", "gegen", "ab", "seit", "bis", "an", "der", "den", "dem", "zum", "für", "von"),
    today=("heute",),
    yesterday=("gestern",),
    tomorrow=("morgen",),
    before_yesterday=("vorgestern",),
    hour_units=("stunde", "stunden", "std"),
    month_units=("monat", "monate", "monaten"),
    ago=("vor",),
    off=("aus", "keine", "nein"),
    last=("letzten", "letzter", "letztem"),
    months=(
        ("januar", "jänner"),
        ("februar", "feber"),
        ("märz", "mär", "maerz"),
        ("april",),
        ("mai",),
        ("juni",),
        ("juli",),
        ("august",),
        ("september",),
        ("oktober", "okt"),
        ("november",),
        ("dezember", "dez"),
    ),
    through=("bis",),
)

SPANISH = Vocabulary(
    days=(
        ("lun", "lunes"),
        ("mar", "martes"),
        ("mié", "mie", "miércoles", "miercoles"),
        ("jue", "jueves"),
        ("vie", "viernes"),
        ("sáb", "sab", "sábado", "sabado", "sábados", "sabados"),
        ("dom", "domingo", "domingos"),
    ),
    every_day=(
        "cada día",
        "cada dia",
        "todos los días",
        "todos los dias",
        "todos días",
        "todos dias",
        "diario",
        "a diario",
        "diariamente",
    ),
    weekdays=(
        "entre semana",
        "días laborables",
        "dias laborables",
        "días hábiles",
        "dias habiles",
        "laborables",
    ),
    weekends=(
        "fin de semana",
        "fines de semana",
        "los fines de semana",
        "el fin de semana",
        "cada fin de semana",
        "fin semana",
        "fines semana",
        "cada fin semana",
        "todos los fines de semana",
        "todos fines semana",
    ),
    numbers={"un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7},
    every=("cada", "todos", "todas"),
    other={
        "día por medio": 2,
        "dia por medio": 2,
        "un día sí y otro no": 2,
        "un dia si y otro no": 2,
        "semanalmente": 7,
        "cada semana": 7,
        "todas las semanas": 7,
        "una vez a la semana": 7,
        "una vez por semana": 7,
        "cada quince días": 14,
        "cada quince dias": 14,
    },
    day_units=("día", "días", "dia", "dias"),
    week_units=("semana", "semanas"),
    a_day=("al día", "al dia", "por día", "por dia", "cada día", "cada dia", "diarias", "a diario"),
    times={
        "una vez": 1,
        "dos veces": 2,
        "tres veces": 3,
        "cuatro veces": 4,
        "1 vez": 1,
        "2 veces": 2,
        "3 veces": 3,
        "4 veces": 4,
    },
    fillers=("a", "al", "las", "la", "los", "el", "y", "de", "del", "en", "sobre", "hasta", "desde", "hacia", "para"),
    today=("hoy",),
    yesterday=("ayer",),
    tomorrow=("mañana",),
    before_yesterday=("anteayer", "antier", "antes de ayer", "antes ayer"),
    hour_units=("hora", "horas"),
    month_units=("mes", "meses"),
    ago=("hace", "atrás", "atras"),
    off=("ninguna", "ninguno", "nada"),
    last=("pasado", "pasada", "último"),
    months=(
        ("ene", "enero"),
        ("febrero",),
        ("marzo",),
        ("abr", "abril"),
        ("mayo",),
        ("junio",),
        ("julio",),
        ("agosto",),
        ("septiembre", "setiembre"),
        ("octubre",),
        ("noviembre",),
        ("dic", "diciembre"),
    ),
    through=("a", "hasta"),
    before_noon=("de la mañana", "de la madrugada", "a. m."),
    after_noon=("de la tarde", "de la noche", "p. m."),
)

FRENCH = Vocabulary(
    days=(
        ("lun", "lundi", "lundis"),
        ("mar", "mardi", "mardis"),
        ("mer", "mercredi", "mercredis"),
        ("jeu", "jeudi", "jeudis"),
        ("ven", "vendredi", "vendredis"),
        ("sam", "samedi", "samedis"),
        ("dim", "dimanche", "dimanches"),
    ),
    every_day=("tous les jours", "tous jours", "chaque jour", "quotidien", "quotidiennement", "par jour"),
    weekdays=("en semaine", "la semaine", "semaine", "jours de semaine", "jours semaine", "du lundi au vendredi"),
    weekends=(
        "week-end",
        "week-ends",
        "weekend",
        "weekends",
        "le week-end",
        "les week-ends",
        "chaque week-end",
        "tous les week-ends",
        "fin de semaine",
        "fin semaine",
        "fins de semaine",
        "fins semaine",
        "la fin de semaine",
        "les fins de semaine",
    ),
    numbers={"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7},
    every=("tous les", "toutes les", "chaque", "tous", "toutes"),
    other={
        "un jour sur deux": 2,
        "tous les deux jours": 2,
        "chaque semaine": 7,
        "toutes les semaines": 7,
        "une fois par semaine": 7,
        "hebdomadaire": 7,
        "tous les quinze jours": 14,
    },
    day_units=("jour", "jours"),
    week_units=("semaine", "semaines"),
    a_day=("par jour", "chaque jour", "tous les jours"),
    times={
        "une fois": 1,
        "deux fois": 2,
        "trois fois": 3,
        "quatre fois": 4,
        "1 fois": 1,
        "2 fois": 2,
        "3 fois": 3,
        "4 fois": 4,
    },
    fillers=(
        "à",
        "le",
        "la",
        "les",
        "et",
        "de",
        "du",
        "vers",
        "dès",
        "depuis",
        "pendant",
        "pour",
        "jusqu'à",
        "jusqu'au",
    ),
    today=("aujourd'hui", "aujourd’hui"),
    yesterday=("hier",),
    tomorrow=("demain",),
    before_yesterday=("avant-hier", "avant hier"),
    hour_units=("heure", "heures"),
    month_units=("mois",),
    ago=("il y a",),
    off=("non", "aucun", "aucune", "rien"),
    last=("dernier", "dernière"),
    months=(
        ("janvier", "janv"),
        ("février", "févr", "fév", "fevrier"),
        ("mars",),
        ("avril", "avr"),
        ("mai",),
        ("juin",),
        ("juillet", "juil"),
        ("août", "aout"),
        ("septembre",),
        ("octobre",),
        ("novembre",),
        ("décembre", "déc", "decembre"),
    ),
)

PORTUGUESE = Vocabulary(
    days=(
        ("seg", "segunda", "segundas", "segunda-feira", "segundas-feiras"),
        ("ter", "terça", "terças", "terça-feira", "terças-feiras", "terca", "tercas", "terca-feira"),
        ("qua", "quarta", "quartas", "quarta-feira", "quartas-feiras"),
        ("qui", "quinta", "quintas", "quinta-feira", "quintas-feiras"),
        ("sex", "sexta", "sextas", "sexta-feira", "sextas-feiras"),
        ("sáb", "sab", "sábado", "sábados", "sabado", "sabados"),
        ("dom", "domingo", "domingos"),
    ),
    every_day=("todo dia", "todos os dias", "todos dias", "diariamente", "diário", "diario", "cada dia"),
    weekdays=(
        "dias úteis",
        "dias uteis",
        "dia útil",
        "nos dias úteis",
        "em dias úteis",
        "dias de semana",
        "nos dias de semana",
        "em dias de semana",
        "durante a semana",
        "segunda a sexta",
        "de segunda a sexta",
        "segunda à sexta",
        "de segunda à sexta",
        "segunda até sexta",
        "seg a sex",
        "de seg a sex",
        "de segunda-feira a sexta-feira",
    ),
    weekends=(
        "fim de semana",
        "fins de semana",
        "no fim de semana",
        "nos fins de semana",
        "aos fins de semana",
        "todo fim de semana",
        "final de semana",
        "finais de semana",
        "no final de semana",
        "nos finais de semana",
        "aos finais de semana",
        "todo final de semana",
        "fds",
    ),
    numbers={
        "um": 1,
        "uma": 1,
        "dois": 2,
        "duas": 2,
        "três": 3,
        "tres": 3,
        "quatro": 4,
        "cinco": 5,
        "seis": 6,
        "sete": 7,
    },
    every=("cada", "a cada", "todo", "toda", "todos", "todas"),
    other={
        "dia sim, dia não": 2,
        "dia sim dia não": 2,
        "dia sim, dia nao": 2,
        "dia sim dia nao": 2,
        "de dois em dois dias": 2,
        "de 2 em 2 dias": 2,
        "de três em três dias": 3,
        "de 3 em 3 dias": 3,
        "semanalmente": 7,
        "toda semana": 7,
        "uma vez por semana": 7,
        "quinzenalmente": 14,
        "a cada quinze dias": 14,
    },
    day_units=("dia", "dias"),
    week_units=("semana", "semanas"),
    a_day=("por dia", "ao dia", "diariamente", "todo dia", "todos os dias"),
    times={
        "uma vez": 1,
        "1 vez": 1,
        "duas vezes": 2,
        "2 vezes": 2,
        "três vezes": 3,
        "tres vezes": 3,
        "3 vezes": 3,
        "quatro vezes": 4,
        "4 vezes": 4,
    },
    fillers=(
        "à",
        "às",
        "as",
        "ao",
        "aos",
        "os",
        "e",
        "de",
        "da",
        "em",
        "na",
        "nas",
        "nos",
        "por",
        "para",
        "pra",
        "desde",
        "até",
        "ate",
    ),
    today=("hoje",),
    yesterday=("ontem",),
    tomorrow=("amanhã", "amanha"),
    before_yesterday=("anteontem", "antes ontem"),
    hour_units=("hora", "horas"),
    month_units=("mês", "mes", "meses"),
    ago=("há", "ha", "faz", "atrás", "atras"),
    off=("desligado", "desligar", "nenhum", "nenhuma", "não", "nao", "sem"),
    last=("última", "ultima", "último", "ultimo", "passada", "passado"),
    months=(
        ("jan", "janeiro"),
        ("fev", "fevereiro"),
        ("mar", "março", "marco"),
        ("abr", "abril"),
        ("mai", "maio"),
        ("jun", "junho"),
        ("jul", "julho"),
        ("ago", "agosto"),
        ("set", "setembro"),
        ("out", "outubro"),
        ("nov", "novembro"),
        ("dez", "dezembro"),
    ),
)

LANGUAGES: dict[str, Vocabulary] = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "pt-BR": PORTUGUESE,
}


def _index(pick: str) -> dict[str, int]:
    """Names of days or months to their number, over all languages; the first language that says it keeps it."""
    found: dict[str, int] = {}
    for language in LANGUAGES.values():
        for number, names in enumerate(getattr(language, pick)):
            for name in names:
                found.setdefault(name, number)
    return found


def _words(pick: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES.values() for word in getattr(language, pick))


def _mapping(pick: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES.values():
        for word, number in getattr(language, pick).items():
            found.setdefault(word, number)
    return found


DAY_NAMES = _index("days")
MONTH_NAMES = _index("months")
EVERY_DAY_WORDS = _words("every_day")
WEEKDAY_WORDS = _words("weekdays")
WEEKEND_WORDS = _words("weekends")
NUMBERS = _mapping("numbers")
EVERY = _words("every")
OTHER = _mapping("other")
DAY_UNITS = _words("day_units")
WEEK_UNITS = _words("week_units")
HOUR_UNITS = _words("hour_units")
MONTH_UNITS = _words("month_units")
A_DAY = _words("a_day")
TIMES = _mapping("times")
FILLERS = _words("fillers")
TODAY = _words("today")
YESTERDAY = _words("yesterday")
TOMORROW = _words("tomorrow")
BEFORE_YESTERDAY = _words("before_yesterday")
AGO = _words("ago")
OFF = _words("off")
LAST = _words("last")
THROUGH = _words("through")
BEFORE_NOON = _words("before_noon")
AFTER_NOON = _words("after_noon")
