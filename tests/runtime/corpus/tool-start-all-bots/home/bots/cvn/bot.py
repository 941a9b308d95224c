print('cvn')

