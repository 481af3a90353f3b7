-- The videos that one run erases, in memory only: a deletion names this table, because ClickHouse keeps the text of
-- deletions on disk. After a restart it is empty and the erasure, which PostgreSQL remembers, begins again. Each run has a
-- table of its own: ClickHouse reads it when it rewrites a part, which may be long after another run has begun.
CREATE TABLE {erasing:Identifier}
(
  video_id FixedString(12)
)
ENGINE = Memory
