module tool.example.org/feed

go 1.18
