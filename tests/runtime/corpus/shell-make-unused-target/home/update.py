print("update")
