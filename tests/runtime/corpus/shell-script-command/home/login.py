print("logged in")
