-- review.to_come
SELECT count(*) FILTER (WHERE m.starts_at > @now), count(*) FILTER (WHERE m.starts_at <= @now)
FROM management_review_managementreview r JOIN meeting_meeting m ON m.id = r.meeting_id
WHERE r.state NOT IN ('held', 'closed');

-- review.frozen
SELECT count(*) FILTER (WHERE held_at > @ago AND held_at <= @now),
       count(*) FILTER (WHERE held_at <= @ago)
FROM management_review_managementreview WHERE state IN ('held', 'closed') AND digest <> '';

-- review.answered
SELECT count(*) FILTER (WHERE r.held_at > @ago AND r.held_at <= @now),
       count(*) FILTER (WHERE r.held_at <= @ago)
FROM management_review_outputdecision o
JOIN management_review_managementreview r ON r.id = o.review_id;

-- review.closed
SELECT count(*) FILTER (WHERE closed_at > @ago AND closed_at <= @now),
       count(*) FILTER (WHERE closed_at <= @ago)
FROM management_review_managementreview WHERE state = 'closed';

-- review.carried_out
SELECT count(*) FILTER (WHERE a.ended_at > @ago AND a.ended_at <= @now),
       count(*) FILTER (WHERE a.ended_at <= @ago)
FROM planned_action_plannedaction a
JOIN management_review_managementreview r
  ON a.about_code = 'MTG' || lpad(r.meeting_id::text, greatest(7, length(r.meeting_id::text)), '0')
WHERE a.about_kind = 'meeting' AND a.state = 'done';
