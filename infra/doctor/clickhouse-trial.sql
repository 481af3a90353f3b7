CREATE TABLE {table:Identifier} (id UInt32, word String) ENGINE = MergeTree ORDER BY id
