"""The fields of a decision: what each is called, how it is asked for, and whether an agreement needs it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionField:
    """One field: `key` as in the record, `label` for lists, `ask` as a question; `required` for an agreement."""

    key: str
    label: str
    ask: str
    required: bool = False
    only_if_happened: bool = False


STANCE_ASK = (
    "Hold (keep the usual boundary), soften (the same boundary, warmer), bend (a limited exception, for a time), cross "
    "(outside the usual role, with support), or offer elsewhere (somebody else offers it)?"
)
FIELDS: tuple[DecisionField, ...] = (
    DecisionField("title", "Title", "In a few words, what is being decided?", required=True),
    DecisionField("situation", "What is asked", "What is the situation, and what is being asked?", required=True),
    DecisionField("usual_practice", "Usual practice", "What would usual practice or policy say, and who sets it?"),
    DecisionField("need", "The need", "Which need of the person does this serve?", required=True),
    DecisionField(
        "persons_view",
        "The person's view",
        "How does the person see it? Their words, or: not yet asked, because ...",
        required=True,
    ),
    DecisionField("options", "Options", "Which ways could it go?", required=True),
    DecisionField("stance", "Stance", STANCE_ASK, required=True),
    DecisionField("limits", "Limits", "Until when, how much, and what would stop it?"),
    DecisionField("risks", "Risk to the person", "What could go wrong for the person?", required=True),
    DecisionField("practitioner_risk", "Risk to the practitioner", "What could go wrong for the practitioner?"),
    DecisionField("safeguards", "Keeping it safe", "What keeps it safe?", required=True),
    DecisionField("rationale", "Because", "Why this way, and not another?", required=True),
    DecisionField("explained_how", "How it is explained", "How will it be explained to the person?"),
    DecisionField("review_on", "Look again on", "On which day do we look again?", required=True),
    DecisionField("consulted", "Consulted", "Who was asked for their view?"),
    DecisionField("informed", "Informed", "Who is told?"),
    DecisionField("followed_how", "How we will know", "How will we know it was followed?"),
    DecisionField("case_file", "Case file", "Does it also belong on the case file, and who puts it there?"),
    DecisionField("alias", "Alias", "Which alias stands for the person?"),
    DecisionField("happened", "Already happened on", "If it has already happened: on which day?"),
    DecisionField("who_knows", "Who knows", "Who knows about it already?", only_if_happened=True),
    DecisionField(
        "what_it_did", "What it did", "What did it do, for the person and for others?", only_if_happened=True
    ),
    DecisionField("repair", "What repairs it", "What repairs it, and who is told by when?", only_if_happened=True),
    DecisionField("go_on", "Stop or go on", "Does it stop, or go on, and on what terms?", only_if_happened=True),
    DecisionField("instructed_by", "Instructed by", "If a manager instructed this rather than both agreeing: who?"),
)

BY_KEY = {field.key: field for field in FIELDS}
NEEDED = {
    "title": "a title",
    "situation": "what is asked",
    "need": "the need",
    "persons_view": "the person's view",
    "options": "two options",
    "stance": "a stance",
    "risks": "the risk to the person",
    "safeguards": "what keeps it safe",
    "rationale": "a reason",
    "review_on": "a day to look again",
}
"""What an agreement still needs, as it is said in a sentence."""
STANCES = {
    "hold": "keep the usual boundary, and explain it kindly",
    "soften": "the same boundary, warmer or more flexible in manner",
    "bend": "a limited exception, for a time",
    "cross": "outside the usual role, deliberately, supported and recorded",
    "offer-elsewhere": "somebody else is to offer it",
}
DATES = frozenset({"review_on", "happened"})
TEXTS = tuple(field.key for field in FIELDS if field.key not in DATES | {"options", "stance"})


def stance_of(words: str) -> str:
    """The stance somebody typed, allowing for spaces and capitals; empty if it is none of the five."""
    key = "-".join(words.strip().casefold().replace("-", " ").split())
    return {"elsewhere": "offer-elsewhere"}.get(key, key if key in STANCES else "")
