#!/bin/bash
mysql --defaults-file="$HOME/replica.my.cnf" -h s1.db.example.org s51__tags <<'SQL'
delete from tags where name in ('perl', 'php');
-- python3 cleanup.py does the rest
insert into tags values ('node', 3);
SQL
