import argparse, random
p = argparse.ArgumentParser()
p.add_argument('--alpha', type=float)
p.add_argument('--seed', type=int)
a = p.parse_args()
random.seed(a.seed)
