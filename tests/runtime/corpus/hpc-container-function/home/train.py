#!/usr/bin/env python3
import tensorflow as tf
