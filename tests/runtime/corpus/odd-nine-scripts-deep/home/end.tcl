puts end
