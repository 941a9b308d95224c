print("monday")
