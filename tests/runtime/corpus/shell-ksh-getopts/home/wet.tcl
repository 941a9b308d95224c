puts wet
