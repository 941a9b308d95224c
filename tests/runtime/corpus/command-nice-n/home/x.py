print(sum(range(10**6)))
