print("watch")
