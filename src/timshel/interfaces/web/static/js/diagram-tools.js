// The drawing tools of the editor, cut to what runs: its palette, the pad beside a selected
// element, the menu that changes one kind into another, and all their words in the reader's
// language. What a file holds beyond that is shown, and the server says that it does not run.

const REPLACEMENTS = new Set(
  [
    "none-intermediate-throw",
    "timer-intermediate-catch",
    "message-intermediate-catch",
    "none-end",
    "error-end",
    "terminate-end",
    "exclusive-gateway",
    "inclusive-gateway",
    "parallel-gateway",
    "event-based-gateway",
    "user-task",
    "service-task",
    "call-activity",
    "expanded-subprocess",
    "timer-boundary",
    "message-boundary",
    "error-boundary",
    "non-interrupting-timer-boundary",
    "non-interrupting-message-boundary",
    "sequence-flow",
    "default-flow",
    "conditional-flow",
  ].map((name) => `replace-with-${name}`),
);
// What a boundary event is made from keeps the entry of bpmn-js; what cannot run is left out.
const PAD = new Set([
  "append.end-event",
  "append.gateway",
  "append.message-intermediate-event",
  "append.timer-intermediate-event",
  "append.text-annotation",
  "connect",
  "replace",
  "delete",
  "lane-insert-above",
  "lane-divide-two",
  "lane-divide-three",
  "lane-insert-below",
]);
const APPENDED = [
  ["append.user-task", "bpmn:UserTask", "bpmn-icon-user-task", "Append a task for people"],
  ["append.service-task", "bpmn:ServiceTask", "bpmn-icon-service-task", "Append an automatic step"],
];
const ACTIVITIES = ["bpmn:UserTask", "bpmn:ServiceTask", "bpmn:CallActivity", "bpmn:SubProcess"];

const only = (allowed) => (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => allowed.has(name)));

function createsOn(element) {
  const made = element.businessObject;
  const sources = [...ACTIVITIES, "bpmn:StartEvent", "bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
  sources.push("bpmn:ParallelGateway", "bpmn:IntermediateCatchEvent", "bpmn:IntermediateThrowEvent");
  return [...sources, "bpmn:BoundaryEvent"].some((type) => made?.$instanceOf?.(type)) && element.type !== "label";
}

class PadCut {
  static $inject = ["contextPad", "elementFactory", "create", "autoPlace", "appendPreview", "translate"];

  constructor(contextPad, elementFactory, create, autoPlace, appendPreview, translate) {
    Object.assign(this, { elementFactory, create, autoPlace, appendPreview, translate });
    contextPad.registerProvider(500, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = only(PAD)(entries);
      return createsOn(element) ? { ...this.appended(), ...kept } : kept;
    };
  }

  getMultiElementContextPadEntries() {
    return only(new Set(["delete", "align-elements"]));
  }

  appended() {
    return Object.fromEntries(
      APPENDED.map(([name, type, className, title]) => {
        const shape = () => this.elementFactory.createShape({ type });
        const entry = {
          group: "model",
          className,
          title: this.translate(title),
          action: {
            click: (_event, source) => this.autoPlace.append(source, shape()),
            dragstart: (event, source) => this.create.start(event, shape(), { source }),
          },
        };
        return [name, entry];
      }),
    );
  }
}

class ReplaceCut {
  static $inject = ["popupMenu"];

  constructor(popupMenu) {
    popupMenu.registerProvider("bpmn-replace", 500, this);
  }

  getPopupMenuEntries() {
    return only(REPLACEMENTS);
  }

  // Loops and collections do not run.
  getPopupMenuHeaderEntries() {
    return () => ({});
  }
}

class PaletteCut {
  static $inject = [
    "palette",
    "create",
    "elementFactory",
    "bpmnFactory",
    "spaceTool",
    "lassoTool",
    "handTool",
    "globalConnect",
    "translate",
  ];

  constructor(palette, create, elementFactory, bpmnFactory, spaceTool, lassoTool, handTool, globalConnect, translate) {
    Object.assign(this, { create, elementFactory, bpmnFactory, spaceTool, lassoTool, handTool, globalConnect, translate });
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    return {
      "hand-tool": this.tool("hand-tool", "Move the picture", (event) => this.handTool.activateHand(event)),
      "lasso-tool": this.tool("lasso-tool", "Select several elements", (event) => this.lassoTool.activateSelection(event)),
      "space-tool": this.tool("space-tool", "Make or remove room", (event) => this.spaceTool.activateSelection(event)),
      "global-connect-tool": this.tool("connection-multi", "Connect two elements", (event) => this.globalConnect.start(event)),
      "tool-separator": { group: "tools", separator: true },
      "create.start": this.entry("event", "start-event-none", "Start", { type: "bpmn:StartEvent" }),
      "create.timer": this.entry("event", "intermediate-event-catch-timer", "Wait until a moment", {
        type: "bpmn:IntermediateCatchEvent",
        eventDefinitionType: "bpmn:TimerEventDefinition",
      }),
      "create.message": this.entry("event", "intermediate-event-catch-message", "Wait for a message", {
        type: "bpmn:IntermediateCatchEvent",
        eventDefinitionType: "bpmn:MessageEventDefinition",
      }),
      "create.end": this.entry("event", "end-event-none", "End", { type: "bpmn:EndEvent" }),
      "create.exclusive": this.entry("gateway", "gateway-xor", "Choice: one way goes on", { type: "bpmn:ExclusiveGateway" }),
      "create.parallel": this.entry("gateway", "gateway-parallel", "At the same time: all ways go on", {
        type: "bpmn:ParallelGateway",
      }),
      "create.task": this.entry("activity", "user-task", "A task for people", { type: "bpmn:UserTask" }),
      "create.approval": this.entry("activity", "user", "An approval", () => this.approval()),
      "create.service": this.entry("activity", "service-task", "An automatic step", { type: "bpmn:ServiceTask" }),
      "create.call": this.entry("activity", "call-activity", "Another process", { type: "bpmn:CallActivity" }),
      "create.sub": this.entry("activity", "subprocess-expanded", "A part of this process in a frame", {
        type: "bpmn:SubProcess",
        isExpanded: true,
      }),
      "create.note": this.entry("artifact", "text-annotation", "A note", { type: "bpmn:TextAnnotation" }),
      "create.participant": this.entry("artifact", "participant", "A frame with lanes", () =>
        this.elementFactory.createParticipantShape(),
      ),
    };
  }

  approval() {
    return this.elementFactory.createShape({ type: "bpmn:UserTask", businessObject: approvalTask(this.bpmnFactory) });
  }

  tool(icon, title, click) {
    return { group: "tools", className: `bpmn-icon-${icon}`, title: this.translate(title), action: { click } };
  }

  entry(group, icon, title, made) {
    const shape = () => (typeof made === "function" ? made() : this.elementFactory.createShape(made));
    const start = (event) => this.create.start(event, shape());
    return {
      group,
      className: `bpmn-icon-${icon}`,
      title: this.translate(title),
      action: { dragstart: start, click: start },
    };
  }
}

// A task that somebody approves, as the element of a diagram.
export function approvalTask(bpmnFactory) {
  const approval = bpmnFactory.create("timshel:Approval", { by: "line_manager", needed: "1" });
  const task = bpmnFactory.create("bpmn:UserTask");
  const extensions = bpmnFactory.create("bpmn:ExtensionElements", { values: [approval] });
  approval.$parent = extensions;
  extensions.$parent = task;
  task.extensionElements = extensions;
  return task;
}

// The words of the tools and of bpmn-js itself; what is unknown stays English.
function translator(words) {
  return (template, values = {}) =>
    (words[template] ?? template).replace(/{([^}]+)}/g, (whole, key) => values[key] ?? whole);
}

// The module for bpmn-js, with its words by their English text.
export function tools(words) {
  return {
    __init__: ["padCut", "replaceCut", "paletteProvider"],
    padCut: ["type", PadCut],
    replaceCut: ["type", ReplaceCut],
    paletteProvider: ["type", PaletteCut],
    translate: ["value", translator(words)],
  };
}
