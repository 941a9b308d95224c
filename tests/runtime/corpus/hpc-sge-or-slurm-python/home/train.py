import argparse
import torch

parser = argparse.ArgumentParser()
parser.add_argument('--data')
parser.add_argument('--epochs', type=int)
print(torch.cuda.is_available())

