puts 'раз'
