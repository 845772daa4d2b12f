"""From what a pack file says to a pack that can be used, or every fault in it at once."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from supervision.errors import Fault
from supervision.prompts.form import LONGEST, OwnPromptForm, PackForm, PromptForm, StageForm
from supervision.prompts.reading import Plain, Tree, Way, meant, refuse

_MARKS = ("(minutes)", "(by length)", "(id)", "(prompt)", "[key]")
"""What pydantic puts into the way to a fault: which form it took a value for, and that a key is at fault."""


def checked(tree: Tree, found: tuple[Fault, ...]) -> PackForm:
    """The pack that `tree` describes; PackFaults with all faults, those `found` while reading among them."""
    faults = [*found]
    form = None
    try:
        form = PackForm.model_validate(tree.data)
    except ValidationError as error:
        faults.extend(_form_faults(tree, error))
    faults.extend(_fit_faults(tree))
    refuse(faults)
    assert form is not None  # else there was a fault
    return form


def _form_faults(tree: Tree, error: ValidationError) -> list[Fault]:
    """What pydantic found, each with its line and in plain words."""
    faults, missing, meant_there = [], [], set()
    for problem in error.errors(include_url=False):
        *steps, last = problem["loc"] or (None,)
        way: Way = tuple(step for step in (*steps, last) if step is not None and step not in _MARKS)
        match problem["type"]:
            case "extra_forbidden" if last in _MARKS:
                faults.append(tree.fault(way, f"There is no such key as '{last}'."))
            case "missing":
                missing.append(way)
            case "extra_forbidden":
                guess = meant(str(way[-1]), _keys(way[:-1]))
                meant_there.add((*way[:-1], guess))
                known = f"did you mean '{guess}'?" if guess else f"what can stand here is {_listed(_keys(way[:-1]))}."
                faults.append(tree.fault(way, f"There is no such key; {known}"))
            case "string_unicode":
                pass  # half a character; told while reading
            case kind:
                empty = problem["input"] in (None, [], {}) or kind in ("string_too_short", "blank")
                sentence = "This is empty" if empty else _sentence(kind, problem.get("ctx", {}), problem["input"])
                faults.append(tree.fault(way, _with_what(sentence, way) if empty else sentence))
    for way in missing:
        # A misspelt key is one fault, not two.
        if way not in meant_there:
            faults.append(tree.fault(way, _with_what("This is missing", way)))
    return faults


def _with_what(sentence: str, way: Way) -> str:
    """`sentence` and what should stand at `way`, where that has a description."""
    fields = {field.alias or name: field for name, field in _form_at(way[:-1]).model_fields.items()}
    what = fields[str(way[-1])].description if way and way[-1] in fields else None
    return f"{sentence}: {what}." if what else f"{sentence}."


def _sentence(kind: str, context: dict[str, Any], given: object) -> str:
    match kind:
        case "string_type":
            return "This should be a text; one that begins with { or [ needs quotation marks around it."
        case "string_too_long":
            return f"This is longer than the {context['max_length']} characters it may have."
        case "string_pattern_mismatch" if "[1-9]" in str(context["pattern"]):
            return "This should be one of the pack's lengths, in minutes."
        case "string_pattern_mismatch":
            return "An id has small letters a to z, digits and hyphens only, at most 40 of them."
        case "literal_error":
            options = re.findall(r"'([^']+)'", str(context["expected"]))
            guess = meant(str(given), options)
            return f"This should be {_listed(options, 'or')}" + (f"; did you mean '{guess}'?" if guess else ".")
        case (
            "greater_than_equal"
            | "less_than_equal"
            | "int_parsing"
            | "int_type"
            | "int_from_float"
            | "int_parsing_size"
        ):
            return f"This should be a whole number of minutes, from 1 to {LONGEST}."
        case "bool_parsing" | "bool_type":
            return "This should be true or false."
        case "list_type":
            return "This should be a list, each item in a line of its own that begins with '- '."
        case "too_long":
            return f"There are more than {context['max_length']} here."
        case "dict_type" | "model_type":
            return "This should have keys of its own below it, each with a colon and a value."
    return f"This does not fit: {context.get('error', kind)}."


def _fit_faults(tree: Tree) -> list[Fault]:
    """What is wrong between one part of a pack and another. Looks at what is there, whatever else is wrong with it."""
    faults: list[Fault] = []
    pack = tree.data if isinstance(tree.data, dict) else {}
    shared = pack.get("prompts")
    shared = shared if isinstance(shared, dict) else {}
    lengths = _items(pack.get("lengths"))
    for place, length in enumerate(lengths):
        if length in lengths[:place]:
            faults.append(tree.fault(("lengths", place), f"The length {length} stands here twice."))

    stages: dict[str, int] = {}
    prompts: dict[str, int] = {str(name): tree.line(("prompts", name)) for name in shared}
    for place, stage in enumerate(_items(pack.get("stages"))):
        if not isinstance(stage, dict):
            continue
        here: Way = ("stages", place)
        _count(tree, (*here, "id"), stage.get("id"), stages, "stage", faults)
        _check_minutes(tree, (*here, "minutes"), stage.get("minutes"), lengths, faults)
        named: set[str] = set()
        for at, item in enumerate(_items(stage.get("prompts"))):
            there: Way = (*here, "prompts", at)
            if isinstance(item, dict):
                _count(tree, (*there, "id"), item.get("id"), prompts, "prompt", faults)
            elif isinstance(item, str):
                if item in named:
                    faults.append(tree.fault(there, f"This stage names the prompt '{item}' twice."))
                elif item not in shared:
                    guess = meant(item, shared)
                    hint = f"did you mean '{guess}'?" if guess else "write it out here, or put it there."
                    faults.append(tree.fault(there, f"There is no prompt '{item}' under 'prompts'; {hint}"))
                named.add(item)
    return faults


def _count(tree: Tree, way: Way, given: Plain, seen: dict[str, int], what: str, faults: list[Fault]) -> None:
    if not isinstance(given, str):
        return
    if given in seen:
        sentence = f"The id '{given}' belongs to another {what} already, in line {seen[given]}; ids are used once."
        faults.append(tree.fault(way, sentence))
    seen.setdefault(given, tree.line(way))


def _check_minutes(tree: Tree, way: Way, given: Plain, lengths: list[Plain], faults: list[Fault]) -> None:
    if not isinstance(given, dict):
        return
    for length in lengths:
        if isinstance(length, str) and length not in given:
            faults.append(tree.fault(way, f"The minutes for a session of {length} are missing."))
    for length in given:
        if length.isdecimal() and length not in lengths:
            said = _listed([str(each) for each in lengths], "or")
            faults.append(tree.fault((*way, length), f"The pack has no length of {length} minutes, only {said}."))


def _items(given: Plain) -> list[Plain]:
    return given if isinstance(given, list) else []


def _form_at(way: Way) -> type[BaseModel]:
    """The form of what stands at `way`."""
    match way:
        case ():
            return PackForm
        case ("stages", _):
            return StageForm
        case ("stages", _, "prompts", _):
            return OwnPromptForm
    return PromptForm


def _keys(way: Way) -> list[str]:
    return [field.alias or name for name, field in _form_at(way).model_fields.items()]


def _listed(words: list[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
