import argparse
import numpy as np
