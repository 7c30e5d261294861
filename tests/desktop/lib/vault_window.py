"""What a screen reader finds in the vault's window (AT-SPI): one line of JSON
with the names and texts of everything that is shown, and what has the focus, or
null without a window.

Needs python3-gi, gir1.2-atspi-2.0 and at-spi2-core.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def names(node, found):
    if node is None:
        return
    text = ""
    if node.get_text_iface():
        length = Atspi.Text.get_character_count(node)
        text = Atspi.Text.get_text(node, 0, length)
    focused = node.get_state_set().contains(Atspi.StateType.FOCUSED)
    found.append(
        {"role": node.get_role_name(), "name": node.get_name() or "", "text": text, "focused": focused}
    )
    for index in range(min(node.get_child_count(), 500)):
        names(node.get_child_at_index(index), found)


def vault_windows():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        try:
            if application and application.get_process_id() == int(sys.argv[1]):
                yield application
        except gi.repository.GLib.Error:
            pass  # it has just ended


Atspi.init()
windows = []
for window in vault_windows():
    try:
        names(window, windows)
    except gi.repository.GLib.Error:
        pass
print(json.dumps(windows or None))
