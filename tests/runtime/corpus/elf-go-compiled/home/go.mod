module example.org/feedbot

go 1.19
