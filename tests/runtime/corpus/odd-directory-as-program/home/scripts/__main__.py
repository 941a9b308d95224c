print("only python3 scripts would run this")
