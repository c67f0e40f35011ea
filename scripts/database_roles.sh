#!/bin/sh
# Run once by the PostgreSQL image on an empty database: the owner of the tables, and the role of the
# application, which owns nothing (docs/operating.md, “Two roles on PostgreSQL”).
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" \
    --set=owner_password="$OWNER_PASSWORD" --set=register_password="$REGISTER_PASSWORD" <<'SQL'
CREATE ROLE register_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE register LOGIN PASSWORD :'register_password';
CREATE DATABASE register OWNER register_owner;
SQL
