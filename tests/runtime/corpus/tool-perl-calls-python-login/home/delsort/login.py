import argparse, requests
p = argparse.ArgumentParser()
p.add_argument('--cookie')
r = requests.get('https://en.wikipedia.org/w/api.php?action=query&meta=tokens&type=login&format=json')
