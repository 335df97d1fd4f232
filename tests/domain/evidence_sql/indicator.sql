-- indicator.decided
SELECT count(*) FILTER (WHERE i.state = 'running' AND p.is_active),
       count(*) FILTER (WHERE i.state = 'retired' OR NOT p.is_active)
FROM indicator_indicator i JOIN people_person p ON p.id = i.owner_id WHERE i.why <> '';

-- indicator.in_time
SELECT count(*) FILTER (WHERE read_until >= wanted), count(*) FILTER (WHERE read_until < wanted)
FROM (
  SELECT read_until,
         date_trunc(frequency, @now AT TIME ZONE 'UTC' - interval '2 days')::date - 1 AS wanted
  FROM indicator_indicator WHERE state = 'running') due;

-- indicator.read
SELECT count(*) FILTER (WHERE last_day > @day_ago AND last_day <= @today),
       count(*) FILTER (WHERE last_day <= @day_ago)
FROM indicator_reading WHERE value IS NOT NULL;

-- indicator.availability
SELECT count(*) FILTER (WHERE r.last_day > @day_ago AND r.last_day <= @today),
       count(*) FILTER (WHERE r.last_day <= @day_ago)
FROM indicator_reading r JOIN indicator_indicator i ON i.id = r.indicator_id
WHERE r.value IS NOT NULL AND i.measure = 'availability';

-- scorecard.kept
SELECT count(DISTINCT s.id) FILTER (WHERE p.is_active),
       count(DISTINCT s.id) FILTER (WHERE NOT p.is_active)
FROM indicator_scorecard s
JOIN people_person p ON p.id = s.owner_id
JOIN indicator_scorecardline l ON l.scorecard_id = s.id
JOIN indicator_indicator i ON i.id = l.indicator_id AND i.state = 'running'
WHERE s.purpose <> '';
