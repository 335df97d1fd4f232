"""What helped is counted for everybody who may report; the figures are for those who see work."""

from timshel.operation.work.rules import VIEW

FIGURES = VIEW
