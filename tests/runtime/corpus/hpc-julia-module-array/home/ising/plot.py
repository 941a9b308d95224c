import matplotlib

