print(matrix(1:4, 2))
