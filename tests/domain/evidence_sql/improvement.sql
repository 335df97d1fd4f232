-- nonconformity.recorded
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity;

-- nonconformity.corrected
SELECT count(*) FILTER (WHERE corrected_at > @ago AND corrected_at <= @now),
       count(*) FILTER (WHERE corrected_at <= @ago)
FROM nonconformity_nonconformity WHERE correction <> '';

-- nonconformity.cause
SELECT count(*) FILTER (WHERE analysed_at > @ago AND analysed_at <= @now),
       count(*) FILTER (WHERE analysed_at <= @ago)
FROM nonconformity_nonconformity WHERE cause <> '';

-- nonconformity.elsewhere
SELECT count(*) FILTER (WHERE analysed_at > @ago AND analysed_at <= @now),
       count(*) FILTER (WHERE analysed_at <= @ago)
FROM nonconformity_nonconformity WHERE has_similar;

-- nonconformity.in_time
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM nonconformity_nonconformity
WHERE state IN ('raised', 'corrected', 'analysed', 'planned', 'implemented', 'effective');

-- nonconformity.ended
SELECT count(*) FILTER (WHERE implemented_at > @ago AND implemented_at <= @now),
       count(*) FILTER (WHERE implemented_at <= @ago)
FROM nonconformity_nonconformity WHERE state IN ('effective', 'closed');

-- nonconformity.observed
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity WHERE source = 'observation';

-- nonconformity.verified
SELECT count(*) FILTER (WHERE judged_at > @ago AND judged_at <= @now),
       count(*) FILTER (WHERE judged_at <= @ago)
FROM nonconformity_verification WHERE verdict IN ('effective', 'ineffective');

-- nonconformity.effective
SELECT count(*) FILTER (WHERE verdict = 'effective'), count(*) FILTER (WHERE verdict = 'ineffective')
FROM nonconformity_verification WHERE before IS NOT NULL AND after IS NOT NULL;

-- corrective.done
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM planned_action_plannedaction WHERE kind = 'corrective' AND state = 'done';

-- corrective.open
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM planned_action_plannedaction WHERE kind = 'corrective' AND state = 'open';

-- recommendation.answered
SELECT count(*) FILTER (WHERE state <> 'open'),
       count(*) FILTER (WHERE state = 'open' AND deadline < @today)
FROM nonconformity_recommendation;

-- recommendation.carried_out
SELECT count(*), 0 FROM nonconformity_recommendation WHERE state IN ('implemented', 'closed');

-- improvement.suggested
SELECT count(*) FILTER (WHERE suggested_at > @ago AND suggested_at <= @now),
       count(*) FILTER (WHERE suggested_at <= @ago)
FROM initiative_improvement;

-- improvement.assessed
SELECT count(*) FILTER (WHERE state <> 'declined'), count(*) FILTER (WHERE state = 'declined')
FROM initiative_improvement WHERE score > 0 AND assessed_by_id IS NOT NULL;

-- improvement.authorised
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM initiative_step WHERE state = 'authorised';

-- improvement.target
SELECT count(*) FILTER (WHERE state NOT IN ('parked', 'declined')),
       count(*) FILTER (WHERE state IN ('parked', 'declined'))
FROM initiative_improvement WHERE authorised_by_id IS NOT NULL AND value_expected IS NOT NULL;

-- improvement.on_the_way
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM initiative_improvement WHERE state IN ('planned', 'running') AND owner_id IS NOT NULL;

-- improvement.finished
SELECT count(*) FILTER (WHERE moved_at > @ago AND moved_at <= @now),
       count(*) FILTER (WHERE moved_at <= @ago)
FROM initiative_improvement WHERE state IN ('done', 'measured');

-- improvement.measured
SELECT count(*) FILTER (WHERE state = 'measured'), 0
FROM initiative_improvement WHERE value_reached IS NOT NULL;

-- improvement.answered
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM initiative_step WHERE length(said) > 0;

-- improvement.cycle
SELECT count(*) FILTER (WHERE closed_at IS NULL), count(closed_at) FROM initiative_cycle;

-- improvement.checked
-- nothing: turns begun in the last year have not come to the check yet
SELECT count(*) FILTER (WHERE begun_at > @ago AND begun_at <= @now),
       count(*) FILTER (WHERE begun_at <= @ago)
FROM initiative_cycle WHERE check_text <> '';
