mylang = 'de'
family = 'wikipedia'
usernames['wikipedia']['*'] = 'TaskBot'

