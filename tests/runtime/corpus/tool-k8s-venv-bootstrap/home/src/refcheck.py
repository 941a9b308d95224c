import argparse
import toolforge

parser = argparse.ArgumentParser()
parser.add_argument('--wiki', default='enwiki')
parser.add_argument('--max', type=int, default=50)
args = parser.parse_args()
conn = toolforge.connect(args.wiki)
