print("id,v\n1,2")
