CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+\.[^@]+$') NOT NULL;
CREATE DOMAIN work_email AS email CHECK (VALUE LIKE '%@example.com');
CREATE DOMAIN percent AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE place AS (street text, number int, mood mood);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE t (
    a mood NOT NULL, b email UNIQUE, c work_email, d percent NOT NULL, e place NOT NULL, f text[] NOT NULL,
    g mood[] NOT NULL, h int4range NOT NULL, i tstzrange NOT NULL, j int8multirange NOT NULL, k span NOT NULL,
    l place[] NOT NULL, m int[][] NOT NULL, n daterange NOT NULL, o numrange[] NOT NULL, p varchar(2)[] NOT NULL,
    EXCLUDE USING gist (h WITH &&)
);
