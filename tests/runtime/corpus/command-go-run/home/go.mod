module example.org/sync

go 1.19
