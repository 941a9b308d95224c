study <- commandArgs(TRUE)[1]
print(list.files(study))
