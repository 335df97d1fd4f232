"""Learning the weights of a forecast from history; the only module that knows scikit-learn.

It is imported when something is learnt, so that the processes that only use what was learnt stay
small. What comes out is plain numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from timshel.relationship_agreement.service_level.rules.forecast import Model, odds_chance

Example = tuple[Mapping[str, float], bool]

# A team, a service or anything else that was seen less often has no weight of its own.
LEAST_SEEN = 30
# Strength of shrinking in scikit-learn's terms: its own usual one.
INVERSE_SHRINKING = 1.0
ITERATIONS = 2_000
# A step-wise calibration follows luck where there is little to follow; below this many looks a
# curve of two numbers is fitted in its place (Platt 1999).
LEAST_FOR_STEPS = 1_000
# So many points of that curve are kept; between them it is as good as straight.
CURVE = tuple(step / 2 for step in range(-16, 17))


def learn(train: Sequence[Example], calibrate: Sequence[Example]) -> Model:
    """Learn weights from one part of history and a calibration from a later one.

    Args:
        train: features and outcomes, both outcomes among them.
        calibrate: of clocks that began later, both outcomes among them.

    Returns:
        The model: logistic regression with shrinking; chances calibrated by isotonic regression,
        or by a logistic curve where there is little to calibrate with.
    """
    import numpy
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    names = vocabulary(train)
    columns = {name: place for place, name in enumerate(names)}
    cells = [
        (row, columns[name], value)
        for row, (features, _outcome) in enumerate(train)
        for name, value in features.items()
        if name in columns
    ]
    rows, places, values = (numpy.array(each) for each in zip(*cells, strict=True))
    matrix = csr_matrix((values, (rows, places)), shape=(len(train), len(names)))
    averages = numpy.asarray(matrix.mean(axis=0)).ravel()
    # All features are shares, logarithms or yes and no, so of one size already. Spreading each to
    # the same size would let what was seen a few times only weigh as much as what is always there.
    fitted = LogisticRegression(C=INVERSE_SHRINKING, max_iter=ITERATIONS)
    fitted.fit(matrix, [outcome for _features, outcome in train])
    raw = Model(
        intercept=float(fitted.intercept_[0]),
        weights=dict(zip(names, map(float, fitted.coef_[0]), strict=True)),
        averages=dict(zip(names, map(float, averages), strict=True)),
        calibration=(),
    )
    return Model(raw.intercept, raw.weights, raw.averages, _calibration(raw, calibrate))


def vocabulary(examples: Sequence[Example]) -> list[str]:
    """Return the names of the features that get a weight, in order."""
    seen = Counter(
        name for features, _outcome in examples for name, value in features.items() if value
    )
    return sorted(name for name, count in seen.items() if count >= LEAST_SEEN)


def _calibration(raw: Model, examples: Sequence[Example]) -> tuple[tuple[float, float], ...]:
    totals = [raw.total(features) for features, _outcome in examples]
    outcomes = [outcome for _features, outcome in examples]
    if len(examples) < LEAST_FOR_STEPS:
        return _curve(totals, outcomes)
    return _steps(totals, outcomes)


def _steps(totals: Sequence[float], outcomes: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]

    fitted = IsotonicRegression(out_of_bounds="clip")
    fitted.fit(list(totals), [float(each) for each in outcomes])
    points = zip(fitted.X_thresholds_, fitted.y_thresholds_, strict=True)
    return tuple((float(total), float(chance)) for total, chance in points)


def _curve(totals: Sequence[float], outcomes: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=INVERSE_SHRINKING, max_iter=ITERATIONS)
    fitted.fit([[each] for each in totals], list(outcomes))
    # A curve that falls would turn the forecast round; then all there is to say is the mean.
    slope, offset = max(0.0, float(fitted.coef_[0][0])), float(fitted.intercept_[0])
    return tuple((total, odds_chance(offset + slope * total)) for total in CURVE)
