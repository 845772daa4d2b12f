"""Texts in which a key does its work before the next one is heard."""

from typing import TYPE_CHECKING

from textual.events import Key

from supervision.tui.terminal import OWN_KEYS

if TYPE_CHECKING:
    from textual.widget import Widget as _Text
else:
    _Text = object  # Textual takes a text's looks from its first base that is a widget


class OwnKeys(_Text):
    """Beside a text's own class, and before it.

    Textual inserts a letter when the text hears of it, but takes a letter back, or moves the caret, when the key has
    been handed all the way up: in a burst, as over a slow line, the letters typed after it would be there first.
    """

    own_keys = OWN_KEYS

    async def _on_key(self, event: Key) -> None:
        if event.key not in self.own_keys:
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
