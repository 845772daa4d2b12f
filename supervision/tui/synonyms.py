"""Other words by which people look for what there is to do: Everything finds it by these too."""

from collections.abc import Mapping

_FIND = "search look for"
_EXPORT = "pdf print printer word document download save send email share csv spreadsheet excel"
_ACTIONS = "task tasks todo deadline due overdue done tick reminder"
_DECISIONS = "review due outcome"
_TIMELINE = "history past diary"
_AGREEMENT = "contract ground rules working together"
_UNDO = "cancel mistake revert"

SYNONYMS: Mapping[str, str] = {
    "help": "keys shortcuts keyboard manual how do what menu options settings about",
    "find": _FIND,
    "find-here": _FIND,
    "hide-screen": "lock pause secret privacy blank boss interrupted",
    "protection": "privacy security secret safe gdpr confidential password",
    "change-theme": "color font light dark mode night contrast appearance settings preferences options",
    "quit": "exit close log out stop program",
    "new-session": "begin new meeting supervision",
    "prepare": "plan agenda think ahead",
    "actions": _ACTIONS,
    "actions-here": _ACTIONS,
    "decisions": _DECISIONS,
    "decisions-here": _DECISIONS,
    "with-whom": "filter person people",
    "narrow": "filter person",
    "timeline-home": _TIMELINE,
    "timeline-list": _TIMELINE,
    "timeline": _TIMELINE,
    "agreement-home": _AGREEMENT,
    "our-agreement": _AGREEMENT,
    "export-home": _EXPORT,
    "export": _EXPORT,
    "join-elsewhere": "connect remote ssh invitation link",
    "bring-in": "import load",
    "back-up": "backup save copy safe lose",
    "restore": "recover lost import",
    "records-due": "retention old delete remove gdpr",
    "gather": "subject access request gdpr",
    "encrypt-records": "password lock secret key protect",
    "undo-home": _UNDO,
    "undo-list": _UNDO,
    "undo": _UNDO,
    "story-again": "tour tutorial demo learn example",
    "next-question": "continue skip forward",
    "previous-question": "back",
    "next-stage": "skip section letter",
    "previous-stage": "section letter",
    "quiet-screen": "focus zoom full bigger distraction calm simple",
    "come-back": "return",
    "look-back": "review previous earlier before",
    "other-writes": "swap switch change person turn author",
    "mark": "highlight star",
    "add-action": "new task todo promise deadline remind",
    "propose-decision": "decide new boundary",
    "agree-decision": "approve accept object refuse reject",
    "raise-concern": "worry worried safeguarding danger risk abuse safety report suicide hurt",
    "edit-matter": "topic case rename client",
    "another-matter": "new topic case client",
    "next-matter": "switch topic case",
    "confidentiality": "privacy secret",
    "own-notes": "secret journal diary myself",
    "clock": "timer pause break time",
    "read-back": "review check print look through whole",
    "sign": "signature name approve",
    "end-session": "finish finished close stop done complete",
    "reopen-session": "continue resume again",
    "add-addendum": "correction mistake",
    "record-keeping": "delete remove redact discard throw away destroy retention gdpr",
    "correct-name": "spelling rename typo wrong",
    "who-is-here": "people present company watching",
    "whose-words": "author",
    "home": "exit close back main menu leave",
}
"""By the id of what they lead to."""
