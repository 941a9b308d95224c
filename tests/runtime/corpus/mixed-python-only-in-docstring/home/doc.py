"""Replacement for the Perl script.

Formerly run as
    os.system("perl update.pl")
or subprocess.run(["php", "update.php"]).
"""
# os.system("ruby update.rb")
LANGUAGES = ["perl", "php", "node"]
print("node index.js is not started", LANGUAGES)
