"""The service management plan as a document that leaves the product."""

from timshel.planning.plan.documents.document import plan_document

__all__ = ["plan_document"]
