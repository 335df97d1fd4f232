-- plan.approved
SELECT count(*) FILTER (WHERE state = 'approved' AND approved_at > @ago AND approved_at <= @now),
       count(*) FILTER (WHERE state = 'superseded' OR (state = 'approved' AND approved_at <= @ago))
FROM plan_planversion WHERE approved_by_id IS NOT NULL;

-- plan.services
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM plan_planpart p JOIN people_person o ON o.id = p.owner_id AND o.is_active
WHERE p.statement <> '' AND p.part IN ('services', 'limitations');

-- plan.obligations
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM plan_planpart p JOIN people_person o ON o.id = p.owner_id AND o.is_active
WHERE p.statement <> '' AND p.part IN ('obligations');

-- plan.authorities
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM plan_planpart p JOIN people_person o ON o.id = p.owner_id AND o.is_active
WHERE p.statement <> '' AND p.part IN ('authorities', 'technology');

-- plan.resources
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM plan_planpart p JOIN people_person o ON o.id = p.owner_id AND o.is_active
WHERE p.statement <> '' AND p.part IN ('people', 'technical', 'information', 'finance');

-- plan.evaluation
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM plan_planpart p JOIN people_person o ON o.id = p.owner_id AND o.is_active
WHERE p.statement <> '' AND p.part IN ('parties', 'evaluation');
