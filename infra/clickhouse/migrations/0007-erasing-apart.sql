-- Every erasure has a table of its own in memory now, for two at once mixed their videos.
DROP TABLE IF EXISTS erasing;
