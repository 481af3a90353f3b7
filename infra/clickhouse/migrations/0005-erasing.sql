-- The videos whose plays are being erased, in memory only: a deletion names this table, because ClickHouse keeps the text
-- of deletions on disk. After a restart it is empty and the erasure, which PostgreSQL remembers, begins again.
CREATE TABLE IF NOT EXISTS erasing
(
  video_id FixedString(12)
)
ENGINE = Memory;
