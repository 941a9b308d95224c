from helpers.convert import to_html
print(to_html("x"))
