-- risk.in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM risk_risk WHERE state <> 'closed' AND NOT is_opportunity;

-- risk.area
SELECT count(DISTINCT area_id), 0 FROM risk_risk WHERE state <> 'closed';

-- risk.scale
SELECT count(*), 0 FROM risk_riskscale WHERE meaning <> '';

-- risk.band
SELECT count(*), 0 FROM risk_riskband WHERE acceptance IN ('owner', 'holder', 'nobody');

-- risk.analysed
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM risk_riskanalysis WHERE reason <> '';

-- risk.reviewed
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM risk_riskreview;

-- risk.about_service
SELECT count(DISTINCT r.id) FILTER (WHERE coalesce(r.review_date, 'infinity') >= @today),
       count(DISTINCT r.id) FILTER (WHERE r.review_date < @today)
FROM risk_risk r JOIN risk_risklink l ON l.risk_id = r.id AND l.kind = 'service'
WHERE r.state <> 'closed';

-- risk.about_supplier
SELECT count(DISTINCT r.id) FILTER (WHERE coalesce(r.review_date, 'infinity') >= @today),
       count(DISTINCT r.id) FILTER (WHERE r.review_date < @today)
FROM risk_risk r JOIN risk_risklink l ON l.risk_id = r.id AND l.kind = 'supplier'
WHERE r.state <> 'closed';

-- risk.in_corporate
SELECT count(*) FILTER (WHERE r.state <> 'closed'), count(*) FILTER (WHERE r.state = 'closed')
FROM risk_risk r JOIN risk_riskarea a ON a.id = r.area_id
WHERE a.code = 'corporate' AND r.likelihood > 0;

-- risk.in_contract
SELECT count(*) FILTER (WHERE r.state <> 'closed'), count(*) FILTER (WHERE r.state = 'closed')
FROM risk_risk r JOIN risk_riskarea a ON a.id = r.area_id
WHERE a.code = 'contract' AND r.likelihood > 0;

-- risk.in_financial
SELECT count(*) FILTER (WHERE r.state <> 'closed'), count(*) FILTER (WHERE r.state = 'closed')
FROM risk_risk r JOIN risk_riskarea a ON a.id = r.area_id
WHERE a.code = 'financial' AND r.likelihood > 0;

-- risk.in_information_security
SELECT count(*) FILTER (WHERE r.state <> 'closed'), count(*) FILTER (WHERE r.state = 'closed')
FROM risk_risk r JOIN risk_riskarea a ON a.id = r.area_id
WHERE a.code = 'information_security' AND r.likelihood > 0;

-- risk.treated
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM risk_risk WHERE state <> 'closed' AND NOT is_opportunity AND length(treatment_plan) > 0;

-- risk.lowered
SELECT count(*) FILTER (WHERE state <> 'closed'), count(*) FILTER (WHERE state = 'closed')
FROM risk_risk WHERE residual_likelihood * residual_impact < likelihood * impact;

-- risk.accepted
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM risk_risk
WHERE state = 'accepted' AND accepted_by_id IS NOT NULL AND length(accepted_because) > 0;

-- risk.high_treated
SELECT count(*) FILTER (WHERE state <> 'closed'), count(*) FILTER (WHERE state = 'closed')
FROM risk_risk WHERE impact IN (4, 5) AND treatment <> '';

-- risk.action_done
-- nothing: treatments of the demonstration are told in the risks' own plans
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM planned_action_plannedaction WHERE about_kind = 'risk' AND state = 'done';

-- risk.steered
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry
WHERE verb IN ('risk.treated', 'risk.accepted', 'risk.monitored') AND subject_kind = 'risk';

-- opportunity.open
SELECT count(*) FILTER (WHERE state <> 'closed' AND coalesce(review_date, 'infinity') >= @today),
       count(*) FILTER (WHERE state = 'closed' OR review_date < @today)
FROM risk_risk WHERE is_opportunity;

-- opportunity.pursued
SELECT count(*) FILTER (WHERE state <> 'closed'), count(*) FILTER (WHERE state = 'closed')
FROM risk_risk WHERE is_opportunity AND treatment <> '';

-- goal.agreed
SELECT count(*) FILTER (WHERE coalesce(due_date, 'infinity') >= @today),
       count(*) FILTER (WHERE due_date < @today)
FROM objective_objective WHERE level <> 'objective' AND state = 'agreed';

-- objective.agreed
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM objective_objective WHERE level = 'objective' AND state = 'agreed';

-- objective.measurable
SELECT count(*) FILTER (WHERE state = 'agreed'), count(*) FILTER (WHERE ended_at IS NOT NULL)
FROM objective_objective
WHERE level = 'objective' AND (target IS NOT NULL OR unmeasured_because <> '');

-- objective.of_service
SELECT count(*) FILTER (WHERE state = 'agreed'), count(*) FILTER (WHERE ended_at IS NOT NULL)
FROM objective_objective
WHERE level = 'objective' AND state <> 'draft' AND service_code || customer_code <> '';

-- objective.planned
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM objective_objective
WHERE level = 'objective' AND state = 'agreed'
  AND plan <> '' AND resources <> '' AND judged_by <> '';

-- objective.read
SELECT count(*) FILTER (WHERE day > @day_ago AND day <= @today),
       count(*) FILTER (WHERE day <= @day_ago)
FROM objective_objectivereading WHERE source = 'hand';

-- objective.counted
SELECT count(*) FILTER (WHERE day > @day_ago AND day <= @today),
       count(*) FILTER (WHERE day <= @day_ago)
FROM objective_objectivereading WHERE source = 'registry';

-- objective.judged
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM objective_objective WHERE state IN ('met', 'missed');

-- action.done
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM planned_action_plannedaction WHERE state = 'done' AND outcome <> '';

-- action.open
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM planned_action_plannedaction WHERE state = 'open';
