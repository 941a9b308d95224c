system("python3 fetch.py > data.csv")
ids <- system2("perl", c("ids.pl", "data.csv"), stdout = TRUE)
# system("php x.php")
print(length(ids))
