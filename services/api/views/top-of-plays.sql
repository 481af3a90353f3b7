-- The whole (1), sites (0), steps of time (2) and what is not counted (3) of plays that were read once; only the first sites.
SELECT *
FROM
(
  SELECT
    counted.*,
    count() OVER (PARTITION BY isWhole) AS total,
    row_number() OVER (PARTITION BY isWhole ORDER BY starts DESC, loads DESC, value) AS place
  FROM
  (
    /*rows*/
  ) AS counted
)
WHERE isWhole != 0 OR place <= {limit:UInt32}
ORDER BY isWhole, place
