"""The words of the diagram editor that its scripts need, in the reader's language.

The drawing library names its tools in English; each of its names stands here with ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SERVICE_NAMES: Mapping[str, Promise] = {
    "send_mail": _("Send a mail"),
    "call_webhook": _("Call another system"),
    "set_field": _("Set a field"),
    "tell_requester": _("Tell the requester"),
    "open_parts": _("Order the parts of a bundle and wait for them"),
    "wait_for_event": _("Wait for an event"),
}
VALUE_NAMES: Mapping[str, Promise] = {
    "to": _("To"),
    "subject": _("Subject"),
    "text": _("Text"),
    "url": _("Address"),
    "body": _("Content"),
    "field": _("Field"),
    "value": _("Value"),
    "name": _("Name of the event"),
}
KIND_NAMES: Mapping[str, Promise] = {
    "bpmn:Process": _("Process"),
    "bpmn:StartEvent": _("Start"),
    "bpmn:EndEvent": _("End"),
    "bpmn:UserTask": _("Task for people"),
    "bpmn:ServiceTask": _("Automatic step"),
    "bpmn:CallActivity": _("Another process"),
    "bpmn:SubProcess": _("Part in a frame"),
    "bpmn:ExclusiveGateway": _("Choice"),
    "bpmn:InclusiveGateway": _("Choice of several"),
    "bpmn:ParallelGateway": _("At the same time"),
    "bpmn:EventBasedGateway": _("Whatever comes first"),
    "bpmn:IntermediateCatchEvent": _("Wait"),
    "bpmn:IntermediateThrowEvent": _("Milestone"),
    "bpmn:BoundaryEvent": _("Event on the edge"),
    "bpmn:SequenceFlow": _("Flow"),
    "bpmn:TextAnnotation": _("Note"),
    "bpmn:Association": _("Line to a note"),
    "bpmn:Participant": _("Frame with lanes"),
    "bpmn:Lane": _("Lane"),
}
STATE_WORDS: Mapping[str, Promise] = {
    "loaded": _("Everything is saved."),
    "editing": _("Not saved yet"),
    "saving": _("Saving"),
    "unreachable": _("Not saved: the server cannot be reached. It is tried again."),
    "signed out": _(
        "Not saved: you are not signed in any more. Sign in in another window, then save again."
    ),
    "not a diagram": _(
        "The file could not be read as a diagram, and nothing was changed: {reason}"
    ),
}
# By the names that the tools of diagram-tools.js and bpmn-js itself use.
TOOL_WORDS: Mapping[str, Promise] = {
    "Move the picture": _("Move the picture"),
    "Select several elements": _("Select several elements"),
    "Make or remove room": _("Make or remove room"),
    "Connect two elements": _("Connect two elements"),
    "Start": _("Start"),
    "Wait until a moment": _("Wait until a moment"),
    "Wait for a message": _("Wait for a message"),
    "End": _("End"),
    "Choice: one way goes on": _("Choice: one way goes on"),
    "At the same time: all ways go on": _("At the same time: all ways go on"),
    "A task for people": _("A task for people"),
    "An approval": _("An approval"),
    "An automatic step": _("An automatic step"),
    "Another process": _("Another process"),
    "A part of this process in a frame": _("A part of this process in a frame"),
    "A note": _("A note"),
    "A frame with lanes": _("A frame with lanes"),
    "Append a task for people": _("Append a task for people"),
    "Append an automatic step": _("Append an automatic step"),
    "Append end event": _("Append an end"),
    "Append gateway": _("Append a choice"),
    "Append message intermediate catch event": _("Append a wait for a message"),
    "Append timer intermediate catch event": _("Append a wait until a moment"),
    "Add text annotation": _("Add a note"),
    "Connect to other element": _("Connect it to another element"),
    "Connect using association": _("Connect it to a note"),
    "Change element": _("Change its kind"),
    "Delete": _("Delete"),
    "Add lane above": _("Add a lane above"),
    "Add lane below": _("Add a lane below"),
    "Divide into two lanes": _("Divide into two lanes"),
    "Divide into three lanes": _("Divide into three lanes"),
    "Align elements": _("Align the elements"),
    "Search in diagram": _("Search in the picture"),
    "Intermediate throw event": _("Milestone"),
    "Timer intermediate catch event": _("Wait until a moment"),
    "Message intermediate catch event": _("Wait for a message"),
    "End event": _("End"),
    "Error end event": _("End with an error"),
    "Terminate end event": _("End that stops everything"),
    "Exclusive gateway": _("Choice: one way goes on"),
    "Inclusive gateway": _("Choice: all ways that hold go on"),
    "Parallel gateway": _("At the same time: all ways go on"),
    "Event-based gateway": _("Whatever comes first"),
    "User task": _("A task for people"),
    "Service task": _("An automatic step"),
    "Call activity": _("Another process"),
    "Sub-process (expanded)": _("A part of this process in a frame"),
    "Timer boundary event": _("Time limit that ends the step"),
    "Timer boundary event (non-interrupting)": _("Time limit that lets the step go on"),
    "Message boundary event": _("Message that ends the step"),
    "Message boundary event (non-interrupting)": _("Message that lets the step go on"),
    "Error boundary event": _("Error of the step"),
    "Sequence flow": _("Flow"),
    "Default flow": _("Flow where no other condition holds"),
    "Conditional flow": _("Flow with a condition"),
    "Toggle non-interrupting": _("Let the step go on, or end it"),
}


def editor_words() -> dict[str, str]:
    """Return everything that the scripts of the editor say, by the names they use."""
    return {
        **{name: str(words) for name, words in (*TOOL_WORDS.items(), *STATE_WORDS.items())},
        **{f"kind {name}": str(words) for name, words in KIND_NAMES.items()},
        **{f"value {name}": str(words) for name, words in VALUE_NAMES.items()},
    }


def service_name(code: str) -> str:
    """Return what a named service does, in words; its code where no words are known."""
    return str(SERVICE_NAMES.get(code, code))
