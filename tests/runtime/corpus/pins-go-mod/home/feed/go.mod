module tool.example.org/feed

go 1.18

require github.com/go-sql-driver/mysql v1.6.0
