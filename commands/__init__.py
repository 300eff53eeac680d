"""What members and moderators can ask for, a folder for each thing. Adding one is a folder and a line here.

Features do not import each other: what crosses them goes through what each `Feature` exports.
"""

from bot.talk.feature import Feature
from commands import buddy, checkin, consent, crisis, help, linking, privacy, settings

FEATURES: tuple[Feature, ...] = (
    consent.FEATURE,
    crisis.FEATURE,
    checkin.FEATURE,
    buddy.FEATURE,
    buddy.REPORTS,
    settings.FEATURE,
    linking.FEATURE,
    privacy.FEATURE,
    help.FEATURE,
)
