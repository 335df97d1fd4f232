-- agreement.service
SELECT count(*) FILTER (WHERE valid_from <= @now AND coalesce(valid_until, 'infinity') > @now
                        AND coalesce(review_date, 'infinity') >= @today),
       count(*) FILTER (WHERE valid_until <= @now OR review_date < @today)
FROM service_level_agreement WHERE kind = 'service' AND NOT is_draft;

-- agreement.operational
SELECT count(*) FILTER (WHERE valid_from <= @now AND coalesce(valid_until, 'infinity') > @now
                        AND coalesce(review_date, 'infinity') >= @today),
       count(*) FILTER (WHERE valid_until <= @now OR review_date < @today)
FROM service_level_agreement WHERE kind = 'operational' AND NOT is_draft;

-- agreement.supplier
SELECT count(*) FILTER (WHERE valid_from <= @now AND coalesce(valid_until, 'infinity') > @now
                        AND coalesce(review_date, 'infinity') >= @today),
       count(*) FILTER (WHERE valid_until <= @now OR review_date < @today)
FROM service_level_agreement WHERE kind = 'supplier' AND NOT is_draft;

-- agreement.owned_contract
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_agreement a JOIN people_person p ON p.id = a.owner_id AND p.is_active
WHERE a.kind = 'supplier' AND NOT a.is_draft AND length(a.text) > 0;

-- agreement.in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM service_level_agreement
WHERE NOT is_draft AND valid_from <= @now AND coalesce(valid_until, 'infinity') > @now;

-- agreement.contract_in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM service_level_agreement
WHERE supplier_id IS NOT NULL AND NOT is_draft
  AND valid_from <= @now AND coalesce(valid_until, 'infinity') > @now;

-- agreement.internal
SELECT count(*) FILTER (WHERE valid_from <= @now AND coalesce(valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE valid_until <= @now)
FROM service_level_agreement
WHERE kind = 'service' AND NOT is_draft AND customer_id IS NULL AND customer_category = ''
  AND text <> '';

-- agreement.target
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_target t JOIN service_level_agreement a ON a.id = t.agreement_id
WHERE a.kind = 'service' AND NOT a.is_draft;

-- agreement.supplier_target
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_target t JOIN service_level_agreement a ON a.id = t.agreement_id
WHERE a.kind = 'supplier' AND NOT a.is_draft;

-- agreement.team_target
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_target t JOIN service_level_agreement a ON a.id = t.agreement_id
WHERE a.kind = 'operational' AND NOT a.is_draft;

-- agreement.goal
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_goal g JOIN service_level_agreement a ON a.id = g.agreement_id
WHERE NOT a.is_draft;

-- availability.goal
SELECT count(*) FILTER (WHERE a.valid_from <= @now AND coalesce(a.valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE a.valid_until <= @now)
FROM service_level_goal g JOIN service_level_agreement a ON a.id = g.agreement_id
WHERE NOT a.is_draft AND g.measure = 'availability';

-- agreement.calendar
SELECT count(*) FILTER (WHERE valid_from <= @now AND coalesce(valid_until, 'infinity') > @now),
       count(*) FILTER (WHERE valid_until <= @now)
FROM service_level_businesscalendar;

-- agreement.hours
SELECT count(*), 0 FROM service_level_calendaruse WHERE calendar_code <> '';

-- agreement.escalation
SELECT count(*), 0 FROM service_level_escalationrule WHERE recipient <> '';

-- clock.kept
SELECT count(*) FILTER (WHERE stopped_at > @ago AND stopped_at <= @now),
       count(*) FILTER (WHERE stopped_at <= @ago)
FROM service_level_clock WHERE state = 'met' AND stopped_at IS NOT NULL;

-- clock.broken
SELECT count(*) FILTER (WHERE breached_at > @ago AND breached_at <= @now),
       count(*) FILTER (WHERE breached_at <= @ago)
FROM service_level_clock;

-- clock.team
SELECT count(*) FILTER (WHERE started_at > @ago AND started_at <= @now),
       count(*) FILTER (WHERE started_at <= @ago)
FROM service_level_clock WHERE kind = 'hop' AND team_id IS NOT NULL;

-- clock.exact
SELECT count(*) FILTER (WHERE stopped_at > @ago AND stopped_at <= @now),
       count(*) FILTER (WHERE stopped_at <= @ago)
FROM service_level_clock WHERE kind IN ('respond', 'update', 'resolve', 'fulfil');

-- breach.followed
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity WHERE source = 'breach';

-- breach.remedied
-- nothing: nobody of the demonstration wrote down yet what is done about a broken promise
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM reporting_remediation;

-- measured.value
SELECT count(*) FILTER (WHERE last_day > @day_ago AND last_day <= @today),
       count(*) FILTER (WHERE last_day <= @day_ago)
FROM measurement_measuredvalue WHERE source <> '';

-- measured.satisfaction
SELECT count(*) FILTER (WHERE last_day > @day_ago AND last_day <= @today),
       count(*) FILTER (WHERE last_day <= @day_ago)
FROM measurement_measuredvalue WHERE measure = 'satisfaction';

-- measured.business
SELECT count(*) FILTER (WHERE last_day > @day_ago AND last_day <= @today),
       count(*) FILTER (WHERE last_day <= @day_ago)
FROM measurement_measuredvalue WHERE measure = 'business';

-- report.subscribed
-- nothing: nobody of the demonstration subscribed to a report yet
SELECT count(*) - count(ended_at), count(ended_at) FROM reporting_reportsubscription;

-- customer.party
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM interested_parties_interestedparty
WHERE kind IN ('customer', 'user') AND spoken_for_by <> '';

-- customer.contact
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM people_person p JOIN organization_customer c ON c.id = p.customer_id AND c.is_active;

-- customer.review
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_meeting m JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'service_review' AND m.state IN ('held', 'minuted');

-- customer.rating
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM rating_rating;

-- customer.rating_answered
-- nothing: nobody of the demonstration has answered a rating yet
SELECT count(*) FILTER (WHERE answered_at > @ago AND answered_at <= @now),
       count(*) FILTER (WHERE answered_at <= @ago)
FROM rating_rating WHERE answer <> '';

-- complaint.recorded
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity WHERE source = 'complaint';

-- complaint.settled
SELECT count(*) FILTER (WHERE corrected_at > @ago AND corrected_at <= @now),
       count(*) FILTER (WHERE corrected_at <= @ago)
FROM nonconformity_nonconformity
WHERE source = 'complaint' AND state IN ('effective', 'closed');

-- demand.work
SELECT count(*) FILTER (WHERE opened_at > @ago AND opened_at <= @now),
       count(*) FILTER (WHERE opened_at <= @ago)
FROM work_workitem WHERE service_id IS NOT NULL;

-- demand.customer
SELECT count(*) FILTER (WHERE opened_at > @ago AND opened_at <= @now),
       count(*) FILTER (WHERE opened_at <= @ago)
FROM work_workitem WHERE customer_id IS NOT NULL;
