"""Beginning a decision that replaces an older one."""

from supervision.errors import SupervisionError
from supervision.model.changes import LinkReplaces, OptionText, Propose
from supervision.model.fields import TEXTS
from supervision.model.values import Decision
from supervision.room import Room
from supervision.tui.screens.decide import DecideScreen


def begin(room: Room, old: Decision) -> DecideScreen:
    """A decision in this session that replaces an older one and starts from its words, with both linked; its screen.

    Raises what is refused; then nothing was begun.
    """
    fields = {key: getattr(old, key) for key in TEXTS if getattr(old, key)} | {"stance": old.stance}
    options = tuple(OptionText(o.text, o.for_person, o.for_practitioner, o.for_others) for o in old.options)
    new = room.change(Propose(fields=fields, options=options)).decisions[-1].id
    try:
        room.change(LinkReplaces(id=new, old=old.id))
    except SupervisionError:
        room.undo()
        raise
    return DecideScreen(room, new)
