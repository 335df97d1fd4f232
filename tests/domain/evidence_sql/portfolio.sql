-- service.described
SELECT count(*) FILTER (WHERE life_cycle = 'live'), count(*) FILTER (WHERE life_cycle = 'retired')
FROM service_service WHERE summary <> '';

-- service.offering
SELECT count(*) FILTER (WHERE o.is_active AND s.life_cycle = 'live'),
       count(*) FILTER (WHERE NOT o.is_active OR s.life_cycle = 'retired')
FROM service_offering o JOIN service_service s ON s.id = o.service_id;

-- service.own_priority
SELECT count(*) FILTER (WHERE s.life_cycle = 'live'),
       count(*) FILTER (WHERE s.life_cycle = 'retired')
FROM service_prioritymatrix m JOIN service_service s ON s.id = m.service_id;

-- service.under_agreement
SELECT count(*) FILTER (WHERE s.life_cycle = 'live' AND a.valid_from <= @now
                        AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now OR s.life_cycle = 'retired')
FROM service_level_agreement_services x
JOIN service_level_agreement a ON a.id = x.agreement_id AND NOT a.is_draft
JOIN service_service s ON s.id = x.service_id;

-- service.function_needed
SELECT count(*) FILTER (WHERE o.is_active), count(*) FILTER (WHERE NOT o.is_active)
FROM service_functionrelation r JOIN service_offering o ON o.id = r.offering_id
WHERE r.relation IN ('essential', 'supporting');

-- service.lead_function
SELECT count(*) FILTER (WHERE o.is_active), count(*) FILTER (WHERE NOT o.is_active)
FROM service_functionrelation r JOIN service_offering o ON o.id = r.offering_id
WHERE r.relation = 'lead';

-- catalogue.in_review
SELECT count(*) FILTER (WHERE e.review_date >= @today),
       count(*) FILTER (WHERE e.review_date < @today)
FROM catalogue_entry e JOIN service_offering o ON o.id = e.offering_id AND o.is_active;

-- catalogue.shown
SELECT (SELECT count(*) FROM catalogue_pageversion WHERE state = 'published'),
       (SELECT count(*) FROM catalogue_pageversion WHERE state = 'retired');

-- catalogue.form
SELECT (SELECT count(*) FROM catalogue_formversion WHERE state = 'published'),
       (SELECT count(*) FROM catalogue_formversion WHERE state = 'retired');

-- catalogue.entitled
SELECT count(*) FILTER (WHERE o.is_active), count(*) FILTER (WHERE NOT o.is_active)
FROM catalogue_entitlement e JOIN service_offering o ON o.id = e.offering_id;

-- catalogue.limited
SELECT count(*) FILTER (WHERE o.is_active), count(*) FILTER (WHERE NOT o.is_active)
FROM catalogue_entitlement e JOIN service_offering o ON o.id = e.offering_id
WHERE e.audience = 'customers' OR e.category <> ''
   OR coalesce(e.unit_id, e.site_id, e.role_id) IS NOT NULL;

-- catalogue.used
SELECT count(*) FILTER (WHERE e.requests_90_days >= 1),
       count(*) FILTER (WHERE e.requests_90_days = 0 AND e.last_requested_at IS NOT NULL)
FROM catalogue_entry e JOIN service_offering o ON o.id = e.offering_id AND o.is_active;

-- supplier.known
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM parties_supplier WHERE email || phone <> '';

-- supplier.measured
SELECT count(*) FILTER (WHERE started_at > @ago AND started_at <= @now),
       count(*) FILTER (WHERE started_at <= @ago)
FROM service_level_clock WHERE kind = 'hop' AND supplier_id IS NOT NULL;

-- process.ended
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM process_processrun WHERE state = 'ended';
