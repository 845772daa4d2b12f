"""The form of a pack file, which pydantic checks and from which the JSON Schema for editors is made.

Imported where a pack is read, never sooner: pydantic takes longer to load than most commands to run.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from supervision.model.pack import Opens, Pack, Part, Prompt, Shows, Stage, Turn

WORDS_LIMIT = 600
STATEMENT_LIMIT = 4_000
LONGEST = 480
"""Minutes: a working day."""


def _says_something(text: str) -> str:
    # A text of spaces that nobody sees would show as a blank question.
    if not any(char.isalnum() for char in text):
        raise PydanticCustomError("blank", "There is no text here.")
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_says_something)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=WORDS_LIMIT), AfterValidator(_says_something)]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=STATEMENT_LIMIT), AfterValidator(_says_something)]
Minutes = Annotated[int, Field(ge=1, le=LONGEST)]
Length = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PromptForm(_Form):
    """A question, what it is asking, and what helps to weigh it."""

    text: Words = Field(description="the question, in which {alias} is the person it is about")
    asks: Words = Field(description="one line on what the question is asking")
    probes: list[Words] = Field(
        default_factory=list,
        max_length=6,
        description="one or two follow-ups that ask for a reason or weigh another way",
    )
    suggests: Words = Field(default="", description="an action that this prompt offers, as one sentence")
    part: Part = Field(default="", alias="for", description="in a paired reflection, whose part it is; else for both")
    opens: Opens = Field(default="", description="in a paired reflection, what answers it where a note does not")


class OwnPromptForm(PromptForm):
    """A prompt that is written out in its stage."""

    id: Id = Field(description="a short name, never changed and used once: records refer to it")


class StageForm(_Form):
    """One step of the way through a session."""

    id: Id = Field(description="a short name, never changed and used once: records refer to it")
    title: Title = Field(description="the stage's name on the screen")
    letter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = Field(
        default="", description="one letter for the line of stages"
    )
    minutes: Annotated[
        Annotated[Minutes, Tag("(minutes)")] | Annotated[dict[Length, Minutes], Tag("(by length)")],
        Discriminator(lambda value: "(by length)" if isinstance(value, dict) else "(minutes)"),
    ] = Field(default=0, description="about how long it takes: a number, or one for each length, {90: 5, 60: 3}")
    shows: Shows = Field(default="notes", description="what the stage puts forward; it limits nothing")
    turn: Turn = Field(default="", description="in a paired reflection, whose turn: a, then b")
    private: bool = Field(default=False, description="whether each writes for themselves first")
    silent: bool = Field(default=False, description="whether nobody is asked or told anything meanwhile")
    prompts: list[
        Annotated[
            Annotated[Id, Tag("(id)")] | Annotated[OwnPromptForm, Tag("(prompt)")],
            Discriminator(lambda value: "(prompt)" if isinstance(value, dict) else "(id)"),
        ]
    ] = Field(min_length=1, max_length=40, description="its prompts, written out here or named by their id")


class PackForm(_Form):
    """A whole pack. Its name is the name of its file."""

    title: Title = Field(description="what to call the pack")
    kind: Literal["supervision", "peer"] = Field(description="what it is for, supervision or peer")
    lengths: list[Minutes] = Field(
        min_length=1, max_length=6, description="the lengths in minutes it is made for, the usual one first"
    )
    source: Statement = Field(default="", description="whose ideas it builds on")
    confidentiality: Statement = Field(
        description="what stays between the two and what could not, until they have an agreement of their own"
    )
    prompts: dict[Id, PromptForm] = Field(
        default_factory=dict, description="prompts by id, for stages to name; useful for those used twice"
    )
    stages: list[StageForm] = Field(min_length=1, max_length=40, description="the stages, in order")


def packs(form: PackForm, name: str) -> tuple[Pack, ...]:
    """One pack for each length, the usual one first."""
    return tuple(
        Pack(
            name=name,
            title=_line(form.title),
            kind=form.kind,
            minutes=length,
            stages=tuple(_stage(stage, form, length) for stage in form.stages),
            source=form.source,
            confidentiality=form.confidentiality,
        )
        for length in form.lengths
    )


def _stage(form: StageForm, pack: PackForm, length: int) -> Stage:
    minutes = form.minutes if isinstance(form.minutes, int) else form.minutes[str(length)]
    prompts = tuple(
        _prompt(item, pack.prompts[item]) if isinstance(item, str) else _prompt(item.id, item) for item in form.prompts
    )
    return Stage(
        id=form.id,
        title=_line(form.title),
        prompts=prompts,
        letter=form.letter,
        minutes=minutes,
        shows=form.shows,
        turn=form.turn,
        private=form.private,
        silent=form.silent,
    )


def _prompt(prompt_id: str, form: PromptForm) -> Prompt:
    return Prompt(
        id=prompt_id,
        text=form.text,
        asks=_line(form.asks),
        probes=tuple(_line(probe) for probe in form.probes),
        suggests=_line(form.suggests),
        part=form.part,
        opens=form.opens,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def schema() -> dict[str, Any]:
    """The JSON Schema of a pack file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PackForm.model_json_schema(by_alias=True),
        "title": "A prompt pack of supervision",
    }
