import os
os.system("perl two.pl")
