import sqlite3
db = sqlite3.connect("state.db")
db.execute("create table if not exists seen (title text primary key)")
