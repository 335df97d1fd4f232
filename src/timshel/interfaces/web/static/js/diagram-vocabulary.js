// What Timshel adds to BPMN: the names and attributes of the namespace urn:timshel:bpmn:1, for
// reading and writing diagrams in the browser. The server holds the same vocabulary and decides.

const text = (name) => ({ name, isAttr: true, type: "String" });
const number = (name) => ({ name, isAttr: true, type: "Integer" });

export const descriptor = {
  name: "Timshel",
  prefix: "timshel",
  uri: "urn:timshel:bpmn:1",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "VariantProcess",
      extends: ["bpmn:Process"],
      properties: [text("variant")],
    },
    {
      name: "Text",
      superClass: ["Element"],
      properties: [text("language"), text("name"), text("documentation")],
    },
    {
      name: "Task",
      superClass: ["Element"],
      properties: [
        text("team"),
        text("function"),
        number("level"),
        text("form"),
        number("target"),
        text("unit"),
        text("outcomes"),
        { name: "tells", isAttr: true, type: "Boolean" },
        { name: "checks", type: "Check", isMany: true },
      ],
    },
    {
      name: "Check",
      superClass: ["Element"],
      properties: [text("text"), { name: "texts", type: "Text", isMany: true }],
    },
    {
      name: "Approval",
      superClass: ["Element"],
      properties: [
        ...["by", "role", "person", "needed", "remind", "expires", "on_expiry"].map(text),
      ],
    },
    {
      name: "Call",
      superClass: ["Element"],
      properties: [text("service"), { name: "values", type: "Value", isMany: true }],
    },
    {
      name: "Value",
      superClass: ["Element"],
      properties: [text("name"), text("text"), text("expression")],
    },
  ],
};
